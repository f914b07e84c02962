"""Finds groups of rows that are alike, and how many there are.

k-means (Lloyd 1957) on standardized habits beside tastes; the number of groups is the one with the largest mean
silhouette (Rousseeuw 1987) of a sample, among those whose smallest group is worth having.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from personalization.people.clusters.look import Looks, Matrix

FEWEST, MOST = 3, 12
# A silhouette asks for the distance of every pair.
JUDGED = 4_000
STARTS = 5
# A group of fewer is no group that an owner could do something with.
LEAST_SHARE = 0.02
# Groups that came and went with every night would be of no use: a tenth better is worth a change.
AS_GOOD = 0.9
# Amounts that spread over powers of ten: orders, days since, average order, visits, pieces.
LOGGED = (0, 1, 2, 4, 6)

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """How numbers are made alike, and the middle of each group."""

    usual: Matrix
    spread: Matrix
    taste_weight: float
    middles: Matrix
    # The silhouette of each number of groups that was tried.
    tried: dict[int, float]

    def labels(self, looks: Looks) -> Labels:
        """The group of each: the nearest middle."""
        rows = self._scaled(looks)
        away = (rows**2).sum(1)[:, None] - 2 * rows @ self.middles.T + (self.middles**2).sum(1)
        return np.asarray(away.argmin(axis=1), dtype=np.int64)

    def _scaled(self, looks: Looks) -> Matrix:
        return _scaled(looks, self.usual, self.spread, self.taste_weight)


def find(sample: Looks, *, seed: int, before: int = 0) -> Groups | None:
    """Groups the sample; None where nothing stands out: too few people, or all of them alike.

    `before` is how many groups the last run found: so many they stay unless another number is clearly better.
    """
    if len(sample.people) < FEWEST * 20:
        return None
    habits = _logged(sample.habits)
    # A habit that is known of nobody stands nowhere and sets nobody apart.
    known = np.ma.masked_invalid(habits)
    usual = np.asarray(known.mean(axis=0).filled(0.0), np.float32)
    spread = np.maximum(np.asarray(known.std(axis=0).filled(0.0), np.float32), 1e-6)
    # Tastes weigh as much as all habits together.
    variance = float(sample.tastes.var(axis=0).sum())
    weight = float(np.sqrt(habits.shape[1] / variance)) if variance > 0 else 0.0
    rows = _scaled(sample, usual, spread, weight)
    if not rows.var(axis=0).sum() > 0:
        return None
    tried = {count: one for count in range(FEWEST, MOST + 1) if (one := _tried(rows, count, seed=seed)) is not None}
    if not tried:
        return None
    silhouettes = {count: round(score, 4) for count, (score, _) in tried.items()}
    best = best_of(silhouettes, before=before)
    return Groups(usual, spread, weight, tried[best][1], silhouettes)


def best_of(silhouettes: Mapping[int, float], *, before: int) -> int:
    """The number of groups with the largest silhouette, of equal ones the smaller; or the old one if it is as good."""
    best = max(silhouettes, key=lambda count: (silhouettes[count], -count))
    return before if silhouettes.get(before, -1.0) >= AS_GOOD * silhouettes[best] else best


def together(parts: Iterable[Looks], *, categories: Sequence[str]) -> Looks:
    """Parts read one after another as one."""
    found = list(parts)
    if not found:
        return Looks([], np.zeros((0, 7), np.float32), np.zeros((0, len(categories)), np.float32))
    return Looks(
        [one for part in found for one in part.people],
        np.concatenate([part.habits for part in found]),
        np.concatenate([part.tastes for part in found]),
    )


def _tried(rows: Matrix, count: int, *, seed: int) -> tuple[float, Matrix] | None:
    model = KMeans(count, n_init=STARTS, random_state=seed).fit(rows)
    sizes = np.bincount(model.labels_, minlength=count)
    if sizes.min() < LEAST_SHARE * len(rows):
        return None
    score = silhouette_score(rows, model.labels_, sample_size=min(JUDGED, len(rows)), random_state=seed)
    return float(score), model.cluster_centers_.astype(np.float32)


def _logged(habits: Matrix) -> Matrix:
    out = habits.copy()
    out[:, LOGGED] = np.log1p(np.maximum(out[:, LOGGED], 0))
    return out


def _scaled(looks: Looks, usual: Matrix, spread: Matrix, weight: float) -> Matrix:
    habits = (_logged(looks.habits) - usual) / spread
    # What is not known is taken for usual.
    return np.hstack([np.nan_to_num(habits), looks.tastes * weight]).astype(np.float32)
