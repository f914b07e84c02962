"""Rules are carried out in one stated order, whatever the order in which they were written."""

from itertools import permutations
from typing import Any

import pytest

from personalization.recommend.rules.apply import forbidden, is_silenced, ruled
from personalization.recommend.rules.pins import Pinned, pinned, placed
from personalization.recommend.rules.rule import Action, Rule, Rules
from personalization.recommend.rules.spread import spread
from personalization.recommend.rules.tired import rested
from personalization.recommend.rules.trace import NO_TRACE, FullTrace
from tests.recommend.rules.goods import (
    BABY,
    BUTTER,
    CANDLE,
    DAIRY,
    FOOD,
    GOODS,
    HOME,
    MILK,
    NAMES,
    PUREE,
    SOAP,
    around,
    candidates,
    rule,
)  # fmt: skip

ALL = (MILK, BUTTER, PUREE, SOAP, CANDLE)
DAIRY_GOODS = {"condition": "category", "categories": [DAIRY]}


def order(*rules: Rule, free: bool = False, of: tuple[int, ...] = ALL, trace: Any = NO_TRACE) -> list[str]:
    """What is left of all goods, in its order."""
    kept = ruled(candidates(*of), Rules(rules), facts=GOODS, around=around(), trace=trace, free=free)
    return [NAMES[one.product_id] for one in kept]


def test_without_rules_nothing_moves() -> None:
    assert order() == ["milk", "butter", "puree", "soap", "candle"]


def test_never_takes_out() -> None:
    assert order(rule("never", **DAIRY_GOODS)) == ["puree", "soap", "candle"]


def test_only_leaves() -> None:
    assert order(rule("only", **DAIRY_GOODS)) == ["milk", "butter"]


def test_two_only_leave_what_both_mean() -> None:
    assert order(rule("only", **DAIRY_GOODS), rule("only", "brand", brands=["Alma"])) == ["butter"]


def test_boost_moves_past_those_that_score_less_than_so_many_times_as_much() -> None:
    # Scores: milk 1, butter 1/2, puree 1/3, soap 1/4, candle 1/5.
    assert order(rule("boost", products=[SOAP], strength=1.5)) == ["milk", "butter", "soap", "puree", "candle"]
    assert order(rule("boost", products=[SOAP], strength=5)) == ["soap", "milk", "butter", "puree", "candle"]


def test_bury_moves_behind() -> None:
    assert order(rule("bury", products=[MILK], strength=2.5)) == ["butter", "milk", "puree", "soap", "candle"]
    assert order(rule("bury", products=[MILK], strength=1000)) == ["butter", "puree", "soap", "candle", "milk"]


def test_moves_add_up_and_cancel_out() -> None:
    up, down = rule("boost", products=[SOAP], strength=2), rule("bury", products=[SOAP], strength=2)
    assert order(up, down) == order()
    assert order(up, up, up)[0] == "soap"


def test_first_comes_before_whatever_was_moved_up() -> None:
    assert order(rule("boost", products=[SOAP], strength=1000), rule("first", products=[CANDLE])) == [
        "candle", "soap", "milk", "butter", "puree",
    ]  # fmt: skip


def test_of_two_that_come_first_the_upper_rule_leads() -> None:
    candle, home = rule("first", products=[PUREE]), rule("first", "category", categories=[HOME])
    assert order(candle, home) == ["puree", "soap", "candle", "milk", "butter"]
    assert order(home, candle) == ["soap", "candle", "puree", "milk", "butter"]


def test_what_comes_first_keeps_its_own_order() -> None:
    assert order(rule("first", "category", categories=[HOME, BABY])) == ["puree", "soap", "candle", "milk", "butter"]


@pytest.mark.parametrize("turn", range(24))
def test_never_outweighs_all_however_the_rules_are_written(turn: int) -> None:
    rules = [
        rule("never", products=[MILK]), rule("only", **DAIRY_GOODS), rule("boost", products=[MILK], strength=9),
        rule("first", products=[MILK]),
    ]  # fmt: skip
    assert order(*list(permutations(rules))[turn]) == ["butter"]


def test_only_outweighs_moving_up() -> None:
    assert order(rule("boost", products=[SOAP], strength=1000), rule("only", **DAIRY_GOODS)) == ["milk", "butter"]


def test_a_stand_in_may_be_free_of_only_and_never_of_never() -> None:
    rules = rule("only", **DAIRY_GOODS), rule("never", products=[CANDLE])
    assert order(*rules, free=True) == ["milk", "butter", "puree", "soap"]


def test_what_nothing_is_known_of_is_neither_forbidden_nor_asked_for() -> None:
    assert order(rule("never", "category", categories=[FOOD]), of=(MILK, 99)[:1]) == []
    kept = ruled(candidates(99), Rules((rule("never", products=[99]),)), facts=GOODS, around=around(),
                 trace=NO_TRACE, free=False)  # fmt: skip
    assert [one.product_id for one in kept] == [99]


def test_the_rule_that_took_it_out_is_noted() -> None:
    trace, never = FullTrace(), rule("never", products=[MILK])
    up, first = rule("boost", products=[SOAP]), rule("first", products=[PUREE])
    order(rule("only", "category", categories=[FOOD]), never, up, first, trace=trace)
    assert [(step.stage, step.product_id, step.rule and step.rule.action) for step in trace.steps] == [
        ("rule", MILK, "never"), ("rule", SOAP, "only"), ("rule", CANDLE, "only"), ("moved", PUREE, "first"),
    ]  # fmt: skip
    assert forbidden(MILK, Rules((never,)), facts=GOODS, around=around()) is never
    assert forbidden(SOAP, Rules((never,)), facts=GOODS, around=around()) is None


def test_silence_is_about_the_product_and_about_what_it_goes_back_to() -> None:
    silent = Rules((rule("silence", "category", categories=[BABY]),))
    assert is_silenced([PUREE], silent, facts=GOODS, around=around())
    assert is_silenced([SOAP, PUREE], silent, facts=GOODS, around=around())
    assert not is_silenced([SOAP, MILK], silent, facts=GOODS, around=around())


class TestCaps:
    def spread(self, *ids: int, category: int = 0, brand: int = 0) -> list[str]:
        found = spread(candidates(*ids), labels=GOODS, most_of_category=category, most_of_brand=brand, trace=NO_TRACE)
        return [NAMES[one.product_id] for one in found]

    def test_the_second_of_a_category_stands_behind_all_others(self) -> None:
        assert self.spread(*ALL, category=1) == ["milk", "puree", "soap", "butter", "candle"]

    def test_the_second_of_a_brand_too(self) -> None:
        assert self.spread(*ALL, brand=1) == ["milk", "butter", "soap", "candle", "puree"]

    def test_goods_without_a_brand_are_not_of_one_brand(self) -> None:
        assert self.spread(SOAP, CANDLE, MILK, brand=1) == ["soap", "candle", "milk"]

    def test_what_is_put_behind_by_one_cap_does_not_count_for_the_other(self) -> None:
        # Butter is over the cap of dairy, so puree is the first Alma.
        assert self.spread(*ALL, category=1, brand=1) == ["milk", "puree", "soap", "butter", "candle"]

    def test_none_is_lost_and_none_moves_without_a_cap(self) -> None:
        assert self.spread(*ALL) == [NAMES[one] for one in ALL]
        assert sorted(self.spread(*ALL, category=1)) == sorted(NAMES.values())

    def test_it_is_noted(self) -> None:
        trace = FullTrace()
        spread(candidates(MILK, BUTTER), labels=GOODS, most_of_category=1, most_of_brand=0, trace=trace)
        assert [(step.stage, step.product_id) for step in trace.steps] == [("alike", BUTTER)]


class TestTired:
    def rested(self, seen: dict[int, int], after: int = 3) -> list[str]:
        found = rested(candidates(*ALL), seen=seen, tires_after=after, trace=NO_TRACE)
        return [NAMES[one.product_id] for one in found]

    def test_seen_too_often_moves_behind_the_least_seen_first(self) -> None:
        seen = {MILK: 9, BUTTER: 3, PUREE: 2}
        assert self.rested(seen) == ["puree", "soap", "candle", "butter", "milk"]

    def test_never_means_never(self) -> None:
        assert self.rested({MILK: 99}, after=0)[0] == "milk"


class TestPins:
    def row(self, *fixed: tuple[int, str], others: str = "abcd") -> str:
        places: dict[int, list[str]] = {}
        for place, one in fixed:
            places.setdefault(place, []).append(one)
        return "".join(placed(list(others), places))

    def test_stand_where_they_were_put(self) -> None:
        assert self.row((1, "X")) == "Xabcd"
        assert self.row((3, "X")) == "abXcd"
        assert self.row((2, "X"), (4, "Y")) == "aXbYcd"

    def test_of_two_for_one_place_the_second_stands_next_to_it(self) -> None:
        assert self.row((2, "X"), (2, "Y")) == "aXYbcd"
        assert self.row((2, "X"), (2, "Y"), (3, "Z")) == "aXYZbcd"

    def test_a_place_beyond_the_row_is_its_end(self) -> None:
        assert self.row((9, "X"), others="ab") == "abX"
        assert self.row((9, "X"), (5, "Y"), others="") == "YX"

    def test_a_product_has_one_place_that_of_the_upper_rule(self) -> None:
        rules = Rules((rule("pin", products=[MILK], place=2), rule("pin", products=[MILK, SOAP], place=5)))
        assert [(one.product_id, one.place) for one in pinned(rules, but=())] == [(MILK, 2), (SOAP, 6)]
        assert [one.product_id for one in pinned(rules, but=(MILK,))] == [SOAP]

    def test_only_goods_named_one_by_one_can_be_put_somewhere(self) -> None:
        assert pinned(Rules((rule("pin", **DAIRY_GOODS),)), but=()) == []
        assert isinstance(pinned(Rules((rule("pin", products=[MILK]),)), but=())[0], Pinned)


def test_every_action_is_in_the_stated_order() -> None:
    assert Action.values == ["never", "only", "boost", "bury", "first", "pin", "silence"]
