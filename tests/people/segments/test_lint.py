"""What an owner is told of a tree that cannot be meant so."""

import pytest

from personalization.people.segments.choosable import Segments  # noqa: F401 - registers itself
from personalization.people.segments.known import all_known
from personalization.people.segments.lint import Lint
from personalization.people.segments.models import Segment
from personalization.people.segments.tree import read
from tests.people.folk import known, rule

OFTEN, ONCE = rule("orders", least=3), rule("orders", least=1, most=1)
PHONE = rule("device", devices=["phone"])


def told(tree, **more) -> list[tuple[tuple[int, ...], str]]:
    return [(one.path, one.text) for one in Lint(read(tree), **more).warnings()]


@pytest.fixture(autouse=True)
def somebody(db):
    known("Anna", orders=3)


@pytest.mark.parametrize(
    ("tree", "path", "words"),
    [
        ({}, (), "There is no rule yet"),
        ({"all": [OFTEN, {"any": []}]}, (1,), "This group is empty"),
        ({"all": [OFTEN, rule("orders")]}, (1,), "not filled in yet"),
        ({"any": [OFTEN, rule("moon")]}, (1,), "The code for “moon” is gone"),
        ({"all": [OFTEN, ONCE]}, (1,), "Nobody can be meant both"),
        ({"all": [OFTEN, {"all": [PHONE, ONCE]}]}, (1, 1), "Nobody can be meant both"),
        ({"all": [PHONE, rule("device", devices=["desktop"])]}, (1,), "Nobody can be meant both"),
        (
            {"all": [rule("orders", least=3, days=30), rule("orders", most=2, days=90)]},
            (1,),
            "Nobody can be meant both",
        ),
        ({"all": [rule("orders", most=0), rule("orders", least=1, brands=["oat"], days=9)]}, (1,), "Nobody can be"),
        (
            {"all": [rule("spent", measure="sum", least=50, days=9), rule("spent", measure="sum", most=40)]},
            (1,),
            "Nobody can be meant both",
        ),
        (
            {"all": [PHONE, {"any": [rule("device", devices=["desktop"]), rule("device", devices=["tablet"])]}]},
            (1,),
            "Nobody can be meant both",
        ),
        ({"all": [OFTEN, {"not": {"any": [PHONE, OFTEN]}}]}, (1,), "Nobody can be meant both"),
        ({"all": [OFTEN, {"not": rule("orders", least=2)}]}, (1,), "Nobody can be meant both"),
        ({"all": [ONCE, {"not": rule("orders", most=2, days=30)}]}, (1,), "Nobody can be meant both"),
        ({"all": [OFTEN, {"not": OFTEN}]}, (1,), "opposite of a line before it, so nobody"),
        ({"any": [{"not": OFTEN}, OFTEN]}, (1,), "opposite of a line before it, so everybody"),
        ({"all": [OFTEN, OFTEN]}, (1,), "says the same as a line before"),
        ({"all": [OFTEN, rule("visits", least=0)]}, (1,), "This means everybody"),
        (rule("demographics", key="age", least=30), (), "The shop knows nothing of the kind"),
        (rule("prediction", measure="churn_risk", least=50), (), "The shop knows nothing of the kind"),
        (rule("birthday", days=7), (), "The shop knows nothing of the kind"),
        (rule("orders", least=1, products=[99]), (), "gone from the shop (#99)"),
        (rule("orders", least=1, categories=[98]), (), "gone from the shop (#98)"),
        (rule("segment", segments=[97]), (), "gone from the shop (#97)"),
    ],
)
def test_it_is_told_where_it_stands(tree, path, words):
    found = told(tree)
    assert [where for where, _ in found] == [path]
    assert words in found[0][1]


@pytest.mark.parametrize(
    "tree",
    [
        OFTEN,
        {"all": [OFTEN, rule("orders", most=5)]},
        {"all": [OFTEN, rule("orders", most=1, days=30)]},
        {"all": [OFTEN, rule("orders", most=1, brands=["oat"])]},
        {"all": [rule("orders", least=2, products=[]), rule("orders", most=1, brands=["oat"])]},
        {"all": [rule("spent", measure="average", least=50, days=9), rule("spent", measure="average", most=40)]},
        {"all": [rule("orders", least=3, days=90), {"not": rule("orders", least=2, days=30)}]},
        {"all": [PHONE, {"any": [rule("device", devices=["desktop"]), OFTEN]}]},
        {"all": [OFTEN, {"not": {"all": [PHONE, OFTEN]}}]},
        {"all": [PHONE, {"not": rule("recency", least=0)}]},
        {"any": [OFTEN, ONCE]},
        {"all": [rule("device", devices=["phone", "tablet"]), rule("device", devices=["tablet"])]},
        {"all": [OFTEN, {"not": rule("orders", least=4)}]},
        rule("recency", least=0),
        rule("spent", measure="average", least=0),
    ],
)
def test_what_makes_sense_is_let_be(tree):
    assert told(tree) == []


def test_what_is_known_of_somebody_is_no_reason_to_complain():
    known("Boris", demographics={"age": 44})
    assert told(rule("demographics", key="age", least=30)) == []
    assert len(told(rule("demographics", key="income", least=30))) == 1


def test_circles_are_found_however_long():
    first = Segment.objects.create(name="first", tree=OFTEN)
    second = Segment.objects.create(name="second", tree=rule("segment", segments=[first.pk]))
    third = Segment.objects.create(name="third", tree=rule("segment", segments=[second.pk]))
    around = rule("segment", segments=[third.pk])
    assert told(around, known=all_known(), segment_id=first.pk) == [
        ((), "A segment that is named here needs this one in turn (“third”): take it out.")
    ]
    assert told(around, known=all_known(), segment_id=None) == []
    itself = rule("segment", segments=[first.pk])
    assert told(itself, known=all_known(), segment_id=first.pk)[0] == ((), "A segment cannot need itself: take it out.")
