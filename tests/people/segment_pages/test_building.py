"""The tree of a segment becomes lines of a form, and the lines become the same tree again."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.test import Client

from personalization.people.segments.builder import MOST, Builder
from personalization.people.segments.looking import look_at
from personalization.people.segments.models import Segment
from personalization.people.segments.node import Row
from personalization.people.segments.tree import leaves, read
from tests.people import NOW
from tests.people.folk import rule
from tests.people.segment_pages.forms import leaf, line, orders, posted, sent

THREE = {"least": 3, "most": None, "days": 90, "products": [], "categories": [], "brands": []}
ONE = THREE | {"least": 1, "days": None}


def as_sent(builder: Builder) -> dict[str, Any]:
    """What a browser would send of the lines as they are drawn."""
    form: dict[str, Any] = {"node": [one.key for one in builder]}
    for one in builder:
        if one.mother:
            form |= {f"{one.key}-in": one.mother.key, f"{one.key}-out": "1" if one.is_out else ""}
        for field in (*one, *(getattr(one, "settings", None) or ())):
            value = field.value()
            if value is not None:
                form[field.html_name] = list(value) if isinstance(value, list | tuple) else value
        if isinstance(one, Row) and one.is_lost:
            form[f"{one.key}-kept"] = one.kept_json
    return form


@pytest.mark.parametrize(
    "tree",
    [
        {"all": [leaf(**THREE)]},
        {"any": [leaf(**THREE), leaf(**ONE)]},
        {"all": [leaf(**THREE), {"any": [leaf(**ONE), {"not": {"any": [leaf(**THREE), leaf(**ONE)]}}]}]},
        {"not": {"any": [leaf(**ONE)]}},
        {"not": {"any": [{"all": [leaf(**ONE), leaf(**THREE)]}]}},
        {"all": [{"rule": "palm_reading", "params": {"stars": ["leo"]}}, leaf(**ONE)]},
    ],
    ids=["one", "any", "nested", "none", "not all", "a rule that is gone"],
)
def test_a_tree_is_the_same_after_it_was_a_form(tree: dict[str, Any]) -> None:
    drawn = Builder(tree=tree)
    assert drawn.stored() == tree
    back = Builder(posted(as_sent(drawn)))
    assert back.is_valid
    assert back.stored() == tree


@pytest.mark.parametrize(
    ("tree", "meant"),
    [
        (leaf(**ONE), {"all": [leaf(**ONE)]}),
        ({"not": leaf(**ONE)}, {"not": {"any": [leaf(**ONE)]}}),
        ({"not": {"all": [leaf(**ONE), leaf(**THREE)]}}, {"not": {"any": [{"all": [leaf(**ONE), leaf(**THREE)]}]}}),
        ({"not": {"not": leaf(**ONE)}}, {"not": {"any": [{"not": {"any": [leaf(**ONE)]}}]}}),
    ],
    ids=["a bare rule", "not a rule", "not all", "not not"],
)
def test_a_tree_that_was_written_elsewhere_keeps_its_meaning(tree: dict[str, Any], meant: dict[str, Any]) -> None:
    assert Builder(tree=tree).stored() == meant


@pytest.mark.parametrize("tree", [None, {}, [], "x", {"all": "x"}, {"any": [1, None, {}]}, {"not": 3}])
def test_a_tree_that_makes_no_sense_is_an_empty_form(tree: Any) -> None:
    builder = Builder(tree=tree)
    assert builder.is_empty
    assert builder.stored() == {}
    assert isinstance(list(builder)[-1], Row), "there is a line to begin with"


def test_three_groups_of_none_within_each_other_keep_all_their_rules() -> None:
    two = (leaf(least=1), leaf(least=2))
    tree = {"not": {"any": [{"not": {"any": [{"not": {"any": [*two]}}, *two]}}, *two]}}
    assert len(Builder(tree=tree).rows()) == 6
    assert len(list(leaves(read(tree)))) == 6, "as many are meant as stand on the page"


def test_lines_below_a_group_are_its_own() -> None:
    builder = Builder(posted(sent(
        orders("r1", least=3), line("g2", join="any"), orders("r3", "g2", least=1), orders("r4", "g2", least=3),
    )))  # fmt: skip
    inner = builder.stored()["all"][1]["any"]
    assert [one["params"]["least"] for one in inner] == [1, 3]


def test_a_line_that_was_not_taken_and_one_that_was_taken_out_are_no_rules() -> None:
    builder = Builder(posted(sent(
        line("r1"), orders("r2", least=3, days=90), orders("r3", least=7),
        line("g4", join="any", out="1"), orders("r5", "g4", least="nonsense"),
        **{"r3-out": "1"},
    )))  # fmt: skip
    assert builder.is_valid
    assert builder.stored() == {"all": [leaf(**THREE)]}


def test_no_group_can_be_within_itself() -> None:
    builder = Builder(
        posted(sent(line("g1", "g2", join="any"), line("g2", "g1", join="any"), orders("r3", "g2", least=1)))
    )
    assert builder.stored() == {"all": [{"any": [{"any": [leaf(**ONE)]}]}]}


@pytest.mark.parametrize("keys", [["x"], ["g0", "g0", "r1", "r1"], ["r99999", "<b>"], [f"r{n}" for n in range(2000)]])
def test_lines_that_nobody_drew_break_nothing(keys: list[str]) -> None:
    builder = Builder(posted({"node": keys, "g0-join": "dance"}))
    assert len(list(builder)) <= MOST + 1
    assert builder.stored() == {}


def test_a_rule_without_its_settings_says_what_it_lacks_and_where() -> None:
    builder = Builder(posted(sent(orders("r1", least="", most=""), orders("r2", least=5, most=2))))
    assert not builder.is_valid
    told = {id_: words for words, _label, id_ in builder.wrong()}
    assert told["id_r2-orders-most"] == "This is less than the first: exchange them."
    assert told["id_r1-rule"] == "Fill in at least one of the two.", (
        "what is wrong with a rule as a whole leads to the rule"
    )


class TestButtons:
    def pressed(self, order: str, *lines: Any) -> Builder:
        builder = Builder(posted(sent(*lines)))
        builder.do(order)
        return builder

    def test_a_rule_is_added_with_a_key_of_its_own(self) -> None:
        builder = self.pressed("rule:g0", orders("r7", least=1))
        assert [one.key for one in builder] == ["g0", "r7", "r8"]
        assert builder.focus == "r8"
        assert not builder.blames

    def test_a_group_is_added_with_a_line_to_begin_with(self) -> None:
        builder = self.pressed("group:g0", orders("r1", least=1))
        assert [(one.key, one.depth) for one in builder] == [("g0", 1), ("r1", 2), ("g2", 2), ("r3", 3)]
        assert builder.focus == "r3"
        assert list(builder)[2]["join"].value() == "any", "within all one wants any"

    def test_groups_go_three_deep(self) -> None:
        lines = (line("g1", join="any"), line("g2", "g1", join="all"))
        assert len(list(self.pressed("group:g2", *lines))) == 3
        assert len(list(self.pressed("rule:g2", *lines))) == 4

    def test_what_was_taken_out_can_be_put_back_with_all_that_was_written(self) -> None:
        out = self.pressed("out:r1", orders("r1", least="many"), orders("r2", least=3, days=90))
        assert out.stored() == {"all": [leaf(**THREE)]}
        again = Builder(posted(as_sent(out)))
        again.do("back:r1")
        row = list(again)[1]
        assert (row.is_out, row.settings["least"].value()) == (False, "many")

    @pytest.mark.parametrize("order", ["out:g0", "rule:r1", "rule:g9", "group:", "dance:g0", "look", "", ":::"])
    def test_anything_else_changes_nothing(self, order: str) -> None:
        assert self.pressed(order, orders("r1", least=1)).stored() == {"all": [leaf(**ONE)]}


def test_an_overlap_says_what_those_people_get_already(owner: Client, loyal: Segment) -> None:
    others = rule("segment", segments=[loyal.pk])
    Segment.objects.create(name="Not loyal", tree={"all": [{"not": others}]})
    builder = Builder(QueryDict(), tree={"all": [leaf(least=1)]})
    (overlap,) = look_at(builder, reader=get_user_model().objects.get(username="olga"), now=NOW).overlaps
    assert (overlap.name, overlap.told, overlap.more) == ("Loyal", "2 of them, 67 %", "used in: Not loyal")
