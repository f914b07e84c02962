"""How good lists of products are: the same yardstick for the bench, the gate and the owner's scorecard."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
ProductLists = NDArray[np.int64]

EMPTY = -1
RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A mean with the range that holds it in `level` of all resampled worlds."""

    mean: float
    low: float
    high: float

    @property
    def is_above_zero(self) -> bool:
        """The whole range is a gain."""
        return self.low > 0


def hits(lists: ProductLists, truths: Sequence[Collection[int]]) -> NDArray[np.bool_]:
    """One row per case: which places of its list hold a product of its truth."""
    rows = [
        [product != EMPTY and product in truth for product in row] for row, truth in zip(lists, truths, strict=True)
    ]
    return np.array(rows, dtype=bool).reshape(lists.shape)


def hit_rate(lists: ProductLists, truths: Sequence[Collection[int]], *, k: int) -> Values:
    """Per case 1 when any of the first k products is right, else 0."""
    return np.asarray(hits(lists[:, :k], truths).any(axis=1), dtype=np.float64)


def ndcg(lists: ProductLists, truths: Sequence[Collection[int]], *, k: int) -> Values:
    """Per case the discounted gain of the first k over the best possible, min(|truth|, k) right (Jarvelin 2002)."""
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    found = hits(lists[:, :k], truths)
    ideal = np.concatenate([[0.0], np.cumsum(discount)])[[min(len(truth), k) for truth in truths]]
    gain = (found * discount[: found.shape[1]]).sum(axis=1)
    return np.asarray(gain / np.where(ideal > 0, ideal, 1.0), dtype=np.float64)


def reciprocal_rank(lists: ProductLists, truths: Sequence[Collection[int]], *, k: int) -> Values:
    """Per case 1 over the place of the first right one among the first k, else 0 (Voorhees 1999)."""
    found = hits(lists[:, :k], truths)
    return np.asarray((found / np.arange(1, found.shape[1] + 1)).max(axis=1, initial=0.0), dtype=np.float64)


def coverage(lists: ProductLists, *, products: int) -> float:
    """The share of the shop's products that stand in at least one list."""
    return len(np.unique(lists[lists != EMPTY])) / products if products else 0.0


def interval(values: NDArray[Any], *, seed: int = 0, level: float = 0.95) -> Interval:
    """Mean over cases with its percentile bootstrap range (Efron 1979); the same seed gives the same range."""
    if not len(values):
        return Interval(0.0, 0.0, 0.0)
    chance = np.random.default_rng(seed)
    means = [values[chance.integers(0, len(values), len(values))].mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def paired_interval(ours: NDArray[Any], theirs: NDArray[Any], *, seed: int = 0, level: float = 0.95) -> Interval:
    """How much better the first is than the second on the very same cases, with its bootstrap range."""
    return interval(np.asarray(ours, dtype=np.float64) - theirs, seed=seed, level=level)
