"""A tree becomes one statement, and what is unfinished never means everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.people.segments.compile import people, statement
from personalization.people.segments.tree import EMPTY, Group, Leaf, leaves, read
from tests.people import NOW
from tests.people.folk import known, meant, rule


@pytest.fixture
def folk(db):
    known("Anna", orders=5, churn_risk=0.9)
    known("Boris", orders=1)
    known("Clara", orders=0, churn_risk=0.1)


TWICE, ONCE, NEVER = rule("orders", least=2), rule("orders", least=1), rule("orders", most=0)
UNFINISHED, UNKNOWN = rule("orders"), rule("phase_of_the_moon", least=1)
EVERYBODY = rule("orders", least=0)


@pytest.mark.parametrize(
    ("tree", "who"),
    [
        (TWICE, {"Anna"}),
        ({"all": [ONCE, {"not": TWICE}]}, {"Boris"}),
        ({"any": [TWICE, NEVER]}, {"Anna", "Clara"}),
        ({"not": {"any": [TWICE, NEVER]}}, {"Boris"}),
        ({"not": {"not": TWICE}}, {"Anna"}),
        (EVERYBODY, {"Anna", "Boris", "Clara"}),
        ({"any": [EVERYBODY, TWICE]}, {"Anna", "Boris", "Clara"}),
        ({"not": EVERYBODY}, set()),
        ({"all": [{"any": [TWICE, NEVER]}, {"any": [ONCE]}]}, {"Anna"}),
    ],
)
def test_groups_mean_what_they_say(folk, tree, who):
    assert meant(tree) == who


@pytest.mark.parametrize("nothing", [UNFINISHED, UNKNOWN, {"all": []}, {"any": []}, {}, None, "x", {"rule": 7}])
def test_what_is_unfinished_means_nobody(folk, nothing):
    assert meant(nothing) == set()
    assert meant({"all": [ONCE, nothing]}) == set()
    assert meant({"any": [TWICE, nothing]}) == {"Anna"}


@pytest.mark.parametrize("nothing", [UNFINISHED, UNKNOWN, {"all": []}])
def test_not_of_what_is_unfinished_means_nobody_too(folk, nothing):
    assert meant({"not": nothing}) == set()
    assert meant({"not": {"not": nothing}}) == set()
    assert meant({"not": {"any": [TWICE, nothing]}}) == set(), "half a group would let in whom the other half forbids"
    assert meant({"any": [TWICE, {"not": nothing}]}) == {"Anna"}


def test_not_means_those_too_of_whom_nothing_is_known(folk):
    risky = rule("prediction", measure="churn_risk", least=50)
    assert meant(risky) == {"Anna"}
    assert meant({"not": risky}) == {"Boris", "Clara"}


def test_a_tree_is_one_statement_with_bound_parameters(folk):
    spent = rule("spent", measure="sum", least="5.50", days=9, brands=["O'Hara'); DROP TABLE x; --"])
    viewed = rule("behaviour", deed="product_viewed", least=1)
    tree = read({"all": [rule("orders", least=1, days=30), {"not": viewed}, spent]})
    with CaptureQueriesContext(connection) as sent:
        assert not people(tree, now=NOW).exists()
    assert len(sent) == 1
    sql, params = people(tree, now=NOW).values("person").query.sql_with_params()
    assert "DROP" not in sql
    assert any("drop" in str(one) for one in params)
    assert statement(tree, now=NOW).count("personalization_event ") == 3


class TestReading:
    def test_a_tree_is_written_as_it_was_read(self):
        tree = {"all": [ONCE, {"any": [TWICE, {"not": NEVER}]}]}
        assert read(tree).json() == tree

    def test_what_is_too_deep_means_nobody(self):
        tree = ONCE
        for _ in range(6):
            tree = {"all": [tree]}
        assert [one.rule for one in leaves(read(tree))] == ["orders"]
        assert list(leaves(read({"all": [tree]}))) == []

    def test_sixty_rules_are_enough(self):
        assert len(list(leaves(read({"any": [{"all": [ONCE] * 40}, {"all": [ONCE] * 40}]})))) == 60

    @pytest.mark.parametrize(
        "rubbish", [None, 1, "x", [], {"all": 1}, {"not": None}, {"rule": None}, {"any": [1, "x", None]}, {"x": {}}]
    )
    def test_rubbish_is_read_calmly(self, rubbish):
        assert not list(leaves(read(rubbish)))

    def test_parameters_that_are_none_are_empty(self):
        assert read({"rule": "orders", "params": "x"}) == Leaf("orders", {})
        assert read({}) == EMPTY == Group("all")
