"""LambdaRank (Burges 2010) by LightGBM: trees grown for the order of the first ten, and some for single chances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.candidates import Candidates
from personalization.recommend.train.log import Floats, Ids

try:
    import lightgbm
except (ImportError, OSError) as error:  # OSError: the library is there, but libgomp is not on the machine
    lightgbm, MISSING = None, str(error)
else:
    MISSING = ""

# One thread, rows first and a seed: the same examples grow the same trees on any machine and beside any load.
HABITS = {
    "learning_rate": 0.08, "num_leaves": 31, "min_data_in_leaf": 100, "lambda_l2": 50.0,
    "feature_fraction": 0.5, "lambdarank_truncation_level": 20, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip


ORDER, CHANCE = "lambdarank", "binary"
SAMPLE = 50_000  # lines are enough to see what scores look like


def is_there() -> bool:
    """LightGBM can be used on this machine."""
    return lightgbm is not None


@dataclass(frozen=True, eq=False)
class Member:
    """One set of trees, and what its scores look like on what it grew from."""

    trees: Any
    middle: float
    spread: float

    def scores(self, features: Scores, *, rounds: int) -> Floats:
        """Of the first so many trees, on a scale that all members share."""
        raw = np.asarray(self.trees.predict(features, num_iteration=rounds, num_threads=1), dtype=np.float64)
        scores: Floats = (raw - self.middle) / self.spread
        return scores


@dataclass(frozen=True, eq=False)
class Ranker:
    """The mean of a few members, each wrong in its own places; `slope` and `middle` make log-odds of it."""

    members: tuple[Member, ...]
    kinds: tuple[str, ...]
    rounds: int
    slope: float = 1.0
    middle: float = 0.0

    @classmethod
    def fit(
        cls, features: Scores, bought: NDArray[np.bool_], sizes: Ids, *, rounds: int, seed: int, kinds: tuple[str, ...]
    ) -> "Ranker":
        """Grow from cases that stand one after another, `sizes` lines each."""
        table = lightgbm.Dataset(features, label=bought.astype(np.int8), group=sizes, params=HABITS)
        members = [
            _grown(table, features, rounds, HABITS | {"objective": kind, "seed": seed + number})
            for number, kind in enumerate(kinds)
        ]
        return cls(tuple(members), kinds, rounds)

    def shortened(self, rounds: int) -> "Ranker":
        """The same with fewer trees."""
        return replace(self, rounds=rounds)

    def only(self, kind: str) -> "Ranker":
        """The same without members of another kind."""
        kept = tuple(member for member, one in zip(self.members, self.kinds, strict=True) if one == kind)
        return replace(self, members=kept, kinds=(kind,) * len(kept))

    def told_as_chances(self, features: Scores, bought: NDArray[np.bool_]) -> "Ranker":
        """Scores of a ranking have no scale of their own: put them on that of log-odds (Platt 1999)."""
        if bought.all() or not bought.any():
            return self
        found = LogisticRegression(C=100.0).fit(self._mean(features)[:, None], bought)
        slope = max(float(found.coef_[0, 0]), 1e-3)  # never the other way round: the order is the trees' affair
        return replace(self, slope=slope, middle=float(found.intercept_[0]))

    def scores(self, candidates: Candidates) -> Floats:
        """About the log-odds of being bought."""
        return self._mean(candidates.features) * self.slope + self.middle

    def _mean(self, features: Scores) -> Floats:
        if not len(features):
            return np.empty(0)
        said = [member.scores(features, rounds=self.rounds) for member in self.members]
        return np.asarray(np.mean(said, axis=0), dtype=np.float64)


def _grown(table: Any, features: Scores, rounds: int, habits: Mapping[str, Any]) -> Member:
    trees = lightgbm.train(dict(habits), table, num_boost_round=rounds)
    raw = trees.predict(features[:: max(1, len(features) // SAMPLE)], num_threads=1)
    return Member(trees, float(raw.mean()), float(raw.std()) + 1e-9)


def sizes_of(rows: Sequence[Ids]) -> Ids:
    """How many lines each case has, for tables of cases that are laid one after another."""
    return np.concatenate([np.unique(row, return_counts=True)[1] for row in rows]).astype(np.int64)
