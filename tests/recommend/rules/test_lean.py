"""The dials of a block: goods with more margin, or more in stock, move up by as much as the owner says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from personalization.recommend.choose import choose
from personalization.recommend.context import Context
from personalization.recommend.facts.fact import Fact
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.rules.lean import leaned
from personalization.recommend.rules.rule import NO_RULES, Rules
from personalization.recommend.rules.trace import FullTrace
from personalization.recommend.strategies.strategy import Candidate
from tests.people import Shop
from tests.recommend.rules.goods import write_facts

TEA, JAM, CUP, HAT = range(1, 5)
# TEA fits best and brings least.
SCORES = {TEA: 8.0, JAM: 6.0, CUP: 2.0, HAT: 0.0}
MARGINS = {TEA: 0.0, JAM: 0.25, CUP: 0.5, HAT: None}
LEFT = {TEA: 0, JAM: None, CUP: 3, HAT: 15}


def order(
    *, margin: int = 0, stock: int = 0, scores: dict[int, float] = SCORES, trace: FullTrace | None = None
) -> list[int]:
    facts = {one: Fact(one, margin=MARGINS[one], left=LEFT[one], price=Decimal(1)) for one in SCORES}
    candidates = [Candidate(one, score) for one, score in scores.items()]
    found = leaned(candidates, margin=margin, stock=stock, facts=facts, **({"trace": trace} if trace else {}))
    return [one.product_id for one in found]


def test_at_nought_nothing_moves() -> None:
    assert order() == [TEA, JAM, CUP, HAT]


def test_at_a_hundred_only_the_margin_counts_and_the_unknown_stands_in_the_middle() -> None:
    assert order(margin=100) == [CUP, JAM, HAT, TEA]


@pytest.mark.parametrize(
    ("dial", "expected"),
    [
        # Fits are 1, .75, .25, 0 and margins 0, .5, 1, .5: TEA .8, JAM .7, CUP .4, HAT .1.
        (20, [TEA, JAM, CUP, HAT]),
        # TEA .6, JAM .65, CUP .55, HAT .2.
        (40, [JAM, TEA, CUP, HAT]),
        # TEA .4, JAM .6, CUP .7, HAT .3.
        (60, [CUP, JAM, TEA, HAT]),
    ],
)
def test_between_both_are_weighed(dial: int, expected: list[int]) -> None:
    assert order(margin=dial) == expected


def test_full_shelves_by_the_logarithm_of_what_is_left() -> None:
    # log(1), log(4), log(16): 0, .5, 1; what is not counted is in the middle.
    assert order(stock=100) == [HAT, JAM, CUP, TEA]
    # TEA 1 - d; HAT d: they meet at one half.
    assert order(stock=49)[0] == JAM
    assert order(stock=49).index(TEA) < order(stock=49).index(HAT)
    assert order(stock=51).index(HAT) < order(stock=51).index(TEA)


def test_both_dials_at_once() -> None:
    # .25 of the fit, half of each: TEA .25, JAM .1875+.5, CUP .0625+.75, HAT .25+.5.
    assert order(margin=50, stock=50) == [CUP, HAT, JAM, TEA]


def test_where_all_fit_alike_their_places_count() -> None:
    alike = dict.fromkeys((HAT, CUP, JAM, TEA), 0.0)
    assert order(scores=alike) == [HAT, CUP, JAM, TEA]
    assert order(scores=alike, margin=10) == [HAT, CUP, JAM, TEA]
    assert order(scores=alike, margin=90) == [CUP, HAT, JAM, TEA]


def test_where_nothing_is_known_nothing_moves() -> None:
    found = leaned([Candidate(TEA, 1.0), Candidate(JAM, 0.5)], margin=100, stock=100, facts={})
    assert [one.product_id for one in found] == [TEA, JAM]


def test_it_is_told_what_moved_up() -> None:
    trace = FullTrace()
    order(margin=60, trace=trace)
    assert [(step.product_id, step.stage) for step in trace.steps] == [(CUP, "lean")]


def test_a_choice_leans(shop: Shop, context: Context, listed: Callable[..., Any]) -> None:
    write_facts(shop, oat_milk={"margin": 0.1}, muesli={"margin": 0.2}, honey={"margin": 0.6})
    listed("oat milk", "muesli", "honey")
    assert [rules.need_facts for rules in (NO_RULES, Rules(lean_margin=1), Rules(lean_stock=1))] == [False, True, True]
    chosen = choose(context, "bestsellers", rules=Rules(lean_margin=100))
    assert shop.titles(one.id for one in chosen.cards) == ["honey", "muesli", "oat milk"]
    ProductFact.objects.filter(product_id=shop["honey"].pk).update(margin=None)
    # In the middle between the other two.
    context.tables._facts.clear()
    again = choose(context, "bestsellers", rules=Rules(lean_margin=100))
    assert shop.titles(one.id for one in again.cards) == ["muesli", "honey", "oat milk"]
