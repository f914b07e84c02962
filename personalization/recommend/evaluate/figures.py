"""What lists are worth, each figure with its interval, beside best sellers on the very same cases."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalization.recommend import yardstick
from personalization.recommend.evaluate.cases import Cases
from personalization.recommend.train.log import Ids
from personalization.recommend.yardstick import Interval, Values

RESAMPLES = 300  # of the cases, for coverage, which is no mean
SHOWINGS = 1000
METRICS = ("hit_rate", "ndcg", "coverage", "novelty", "revenue")
Figures = dict[str, dict[str, dict[str, float]]]


def compared(ours: Ids, best: Ids, cases: Cases, *, k: int, sold: Values) -> Figures:
    """Each metric: ours, best sellers', and the difference, with intervals of 95 %. `sold` is baskets by product."""
    mean: dict[str, Callable[[Ids], Values]] = {
        "hit_rate": lambda lists: yardstick.hit_rate(lists, cases.truths, k=k),
        "ndcg": lambda lists: yardstick.ndcg(lists, cases.truths, k=k),
        "novelty": lambda lists: novelty(lists, sold),
        "revenue": lambda lists: value_found(lists, cases, k=k) * SHOWINGS,
    }
    told: Figures = {}
    for name, of in mean.items():
        mine, theirs = of(ours), of(best)
        told[name] = _three(
            yardstick.interval(mine), yardstick.interval(theirs), yardstick.paired_interval(mine, theirs)
        )
    told["coverage"] = _coverage(ours, best, len(sold))
    has_money = any(map(any, (truth.values() for truth in cases.truths)))
    return {name: told[name] for name in METRICS if has_money or name != "revenue"}


def novelty(lists: Ids, sold: Values) -> Values:
    """Per case the mean self-information of what is offered, in bits: how few baskets hold it (Zhou et al. 2010).

    An empty list surprises nobody. What never sold counts as half a basket.
    """
    share = np.maximum(sold, 0.5) / max(float(sold.sum()), 1.0)
    bits = np.append(-np.log2(share), 0.0)[np.where(lists >= 0, lists, len(sold))]
    return np.asarray(bits.sum(axis=1) / np.maximum((lists >= 0).sum(axis=1), 1), dtype=np.float64)


def value_found(lists: Ids, cases: Cases, *, k: int) -> Values:
    """Per case the money of the lines that were then bought and stood in the list."""
    return np.array(
        [
            sum(truth.get(one, 0.0) for one in row[:k].tolist())
            for row, truth in zip(lists, cases.truths, strict=True)
        ],
        dtype=np.float64,
    )  # fmt: skip


def totals(ours: Ids, best: Ids, cases: Cases, *, k: int) -> dict[str, float]:
    """The money that the lists would have shown, over all cases, and all that was spent."""
    return {
        "ours": round(float(value_found(ours, cases, k=k).sum()), 2),
        "best": round(float(value_found(best, cases, k=k).sum()), 2),
        "spent": round(float(sum(sum(truth.values()) for truth in cases.truths)), 2),
    }


def _coverage(ours: Ids, best: Ids, products: int) -> dict[str, dict[str, float]]:
    chance, rows = np.random.default_rng(0), len(ours)
    if not rows or not products:
        nothing = Interval(0.0, 0.0, 0.0)
        return _three(nothing, nothing, nothing)
    draws = [chance.integers(0, rows, rows) for _ in range(RESAMPLES)]
    mine, theirs = (np.array([_covered(lists[draw], products) for draw in draws]) for lists in (ours, best))
    at = _covered(ours, products), _covered(best, products)
    return _three(_within(_around(at[0], mine)), _within(_around(at[1], theirs)), _around(at[0] - at[1], mine - theirs))


def _covered(lists: Ids, products: int) -> float:
    return float(np.count_nonzero(np.bincount(lists[lists >= 0], minlength=products))) / products


def _around(value: float, resampled: NDArray[np.float64]) -> Interval:
    # Cases drawn twice leave others out, so every resample covers less: only its spread is taken.
    low, high = np.quantile(resampled - resampled.mean(), [0.025, 0.975])
    return Interval(value, value + float(low), value + float(high))


def _within(one: Interval) -> Interval:
    return Interval(one.mean, max(one.low, 0.0), min(one.high, 1.0))


def _three(ours: Interval, best: Interval, difference: Interval) -> dict[str, dict[str, float]]:
    return {name: _rounded(asdict(one)) for name, one in
            (("ours", ours), ("best", best), ("difference", difference))}  # fmt: skip


def _rounded(told: Mapping[str, Any]) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in told.items()}
