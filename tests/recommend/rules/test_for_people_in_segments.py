"""A rule for people in segments is there for them, and for nobody else it is not there at all."""

import pytest

from personalization.recommend.rules.apply import in_force, ruled
from personalization.recommend.rules.condition import conditions
from personalization.recommend.rules.rule import Rule, Rules
from personalization.recommend.rules.segment_uses import segments_of
from personalization.recommend.rules.trace import NO_TRACE
from tests.recommend.rules.goods import BUTTER, CANDLE, DAIRY, GOODS, MILK, NAMES, around, candidates, rule

VIP, NEW = 7, 8


def left(one: Rule, *segments: int) -> list[str]:
    """The goods in their order, for somebody in these segments."""
    here = around(segments=segments)
    rules, row = in_force(Rules((one,)), here), candidates(CANDLE, MILK, BUTTER)
    kept = ruled(row, rules, facts=GOODS, around=here, trace=NO_TRACE, free=False)
    return [NAMES[one.product_id] for one in kept]


@pytest.mark.parametrize(
    ("action", "of_vip"),
    [
        ("never", ["candle"]),
        ("only", ["milk", "butter"]),
        ("first", ["milk", "butter", "candle"]),
        ("boost", ["milk", "butter", "candle"]),
    ],
)
def test_only_they_get_what_it_says(action: str, of_vip: list[str]) -> None:
    dairy = rule(action, "in_segment", segments=[VIP], categories=[DAIRY], strength=9.0)
    assert left(dairy, VIP, NEW) == of_vip
    assert left(dairy, NEW) == left(dairy) == ["candle", "milk", "butter"]


def test_any_of_several_segments_will_do() -> None:
    assert left(rule("never", "in_segment", segments=[VIP, NEW]), NEW) == []


def test_without_segments_it_does_nothing() -> None:
    unfinished = rule("never", "in_segment", segments=[], categories=[DAIRY])
    assert not conditions.get("in_segment").is_complete(unfinished.values)
    assert len(left(unfinished, VIP)) == 3


def test_it_is_asked_once_for_a_choice_however_many_goods_there_are() -> None:
    asked = []
    here = around(segments=[VIP])
    object.__setattr__(here.context, "is_in", lambda ids: asked.append(ids) or True)
    rules = in_force(Rules((rule("never", "in_segment", segments=[VIP]),)), here)
    ruled(candidates(*GOODS), rules, facts=GOODS, around=here, trace=NO_TRACE, free=False)
    assert asked == [(VIP,)]


def test_what_it_names_is_known() -> None:
    assert segments_of(rule("never", "in_segment", segments=[VIP, NEW], categories=[DAIRY])) == {VIP, NEW}
    assert segments_of(rule("never", "category", categories=[DAIRY])) == set()
    assert not conditions.get("in_segment").is_for_any_page
