"""Whatever is stored by accident, or by a release of long ago, breaks no page."""

from typing import Any

import pytest

from personalization.recommend.rules.apply import in_force, ruled
from personalization.recommend.rules.condition import Condition, conditions
from personalization.recommend.rules.pins import pinned
from personalization.recommend.rules.rule import STRENGTH, Rule, Rules, rules_from
from personalization.recommend.rules.trace import NO_TRACE
from tests.recommend.rules.goods import DAIRY, FOOD, GOODS, MILK, around, candidates, rule

HERE = around(anchor=GOODS[MILK], departments=frozenset({FOOD}), price_places={0: 0.5})
JUNK: list[Any] = [None, "", "x", 7, -1, 0, 1e400, True, [], [None], ["x"], [[1]], [{}], {}, {"a": 1}, "\0", [1e400]]


@pytest.mark.parametrize("stored", [None, "", "never", 7, {}, {"action": "never"}, [None], ["never"], [7], [[]], [{}],
                                    [{"action": "dance"}], [{"action": None}], [{"action": []}]])  # fmt: skip
def test_what_is_no_rule_is_left_out(stored: Any) -> None:
    assert rules_from(stored) == ()


def test_a_good_rule_beside_a_bad_one_lives() -> None:
    stored = [None, {"action": "never", "condition": "category", "values": {"categories": [DAIRY]}}, 7]
    assert rules_from(stored) == (Rule("never", "category", {"categories": [DAIRY]}),)


def test_a_rule_comes_back_as_it_was_stored() -> None:
    kept = rule("pin", products=[MILK], strength=5.0, place=3, where=(DAIRY,), regions=("Kyiv",))
    assert rules_from([kept.stored()]) == (kept,)


@pytest.mark.parametrize("name", ["values", "strength", "place", "condition", "where", "regions"])
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_in_a_rule_leaves_something_to_count_with(name: str, junk: Any) -> None:
    (one,) = rules_from([{"action": "boost", "condition": "category", "values": {"categories": [DAIRY]}, name: junk}])
    assert 0 < one.strength <= 1000
    assert 1 <= one.place <= 48
    kept = ruled(candidates(MILK), in_force(Rules((one,)), HERE), facts=GOODS, around=HERE, trace=NO_TRACE, free=False)
    assert [candidate.product_id for candidate in kept] == [MILK]


@pytest.mark.parametrize("strength", ["0", 0, -3, "nan", "inf", None, "much"])
def test_a_strength_that_is_none_is_the_usual_one(strength: Any) -> None:
    assert rules_from([{"action": "boost", "strength": strength}])[0].strength == STRENGTH


@pytest.mark.parametrize("name", [one.name for one in conditions])
def test_no_condition_stumbles_over_junk(db: None, name: str) -> None:
    condition = conditions.get(name)
    for field in [*condition.Form.base_fields, "unheard_of"]:
        for junk in JUNK:
            values = {field: junk}
            condition.is_complete(values)
            condition.holds(GOODS[MILK], values, HERE)
            assert condition.describe(values)
            pinned(Rules((Rule("pin", name, values),)), but=())


def test_a_condition_whose_code_is_gone_does_nothing() -> None:
    gone = Rules((rule("only", "horoscope"), rule("never", "horoscope"), rule("first", "horoscope")))
    assert in_force(gone, HERE).rules == ()


@pytest.fixture
def broken() -> Any:
    """A condition of the shop's own that fails."""

    @conditions.register
    class Broken(Condition):
        name = "broken"
        label = "broken"

        def holds(self, *_: Any) -> bool:
            raise ZeroDivisionError("the shop's own fault")

    yield Broken.name
    conditions._entries.pop(Broken.name)


@pytest.mark.parametrize("action", ["never", "only", "boost", "bury", "first", "silence"])
def test_a_condition_that_fails_leaves_its_rule_out(broken: str, action: str, caplog: Any) -> None:
    rules = in_force(Rules((rule(action, broken),)), HERE)
    kept = ruled(candidates(MILK), rules, facts=GOODS, around=HERE, trace=NO_TRACE, free=False)
    assert [(one.product_id, one.score) for one in kept] == [(MILK, 1.0)]
    assert action == "silence" or "condition broken failed" in caplog.text
