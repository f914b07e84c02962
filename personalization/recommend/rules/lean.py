"""Lets goods with more margin, or more in stock, move up: by as much as the owner's dials say."""

from collections.abc import Callable, Mapping, Sequence
from math import log1p

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.trace import NO_TRACE, Trace
from personalization.recommend.strategies.strategy import Candidate

ALL = 100  # of a dial
# Of what nothing is known: it is neither moved up nor down.
MIDDLE = 0.5
Known = Callable[[Fact], float | None]


def margin_of(fact: Fact) -> float | None:
    """Which share of its price the shop keeps."""
    return fact.margin


def stock_of(fact: Fact) -> float | None:
    """How much is there: from 2 to 4 is as much more as from 200 to 400."""
    return None if fact.left is None else log1p(max(fact.left, 0))


def leaned(
    candidates: Sequence[Candidate], *, margin: int, stock: int, facts: Mapping[int, Fact], trace: Trace = NO_TRACE
) -> list[Candidate]:
    """In the order of a weighted sum of how well they fit and what the dials ask for.

    Of all orders that keep as much of what fits, this one brings the most margin, or stock, and the other way round.
    A fixed weight of what is asked for, from 0 to 1 among these candidates: a dial means the same in every list.
    """
    asked = [(weight / ALL, known) for weight, known in ((margin, margin_of), (stock, stock_of)) if weight]
    if not asked or len(candidates) < 2:
        return list(candidates)
    values = [(weight, _places(candidates, known, facts)) for weight, known in asked]
    rest = 1.0
    for weight, _values in values:
        rest *= 1.0 - weight
    fits = fit(candidates)
    score = [rest * own + sum(weight * told[number] for weight, told in values) for number, own in enumerate(fits)]
    order = sorted(range(len(candidates)), key=lambda number: (-score[number], number))
    for place, number in enumerate(order):
        if place < number:
            trace.moved(candidates[number], "lean")
    return [candidates[number] for number in order]


def fit(candidates: Sequence[Candidate]) -> list[float]:
    """How well each fits, 1 for the first: by the scores, or by the places where all have the same."""
    scores = sorted((one.score for one in candidates), reverse=True)
    if not scores or scores[0] <= scores[-1]:
        return [1.0 - number / len(scores) for number in range(len(scores))]
    return _scaled(scores)


def _places(candidates: Sequence[Candidate], known: Known, facts: Mapping[int, Fact]) -> list[float]:
    return _scaled([known(facts[one.product_id]) if one.product_id in facts else None for one in candidates])


def _scaled(values: Sequence[float | None]) -> list[float]:
    """0 for the least and 1 for the most; of what nothing is known, or where all are alike, the middle."""
    there = [one for one in values if one is not None]
    if not there or max(there) <= min(there):
        return [MIDDLE] * len(values)
    low, high = min(there), max(there)
    return [MIDDLE if one is None else (one - low) / (high - low) for one in values]
