"""LambdaRank (Burges 2010) by LightGBM: trees grown for the order of the first ten, not for single chances."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    "objective": "lambdarank", "learning_rate": 0.08, "num_leaves": 31, "min_data_in_leaf": 100, "lambda_l2": 50.0,
    "feature_fraction": 0.5, "lambdarank_truncation_level": 20, "num_threads": 1, "deterministic": True,
    "force_row_wise": True, "verbose": -1,
}  # fmt: skip


def is_there() -> bool:
    """LightGBM can be used on this machine."""
    return lightgbm is not None


@dataclass(frozen=True, eq=False)
class Ranker:
    """Trees and how many of them to ask; `slope` and `middle` make log-odds of their scores."""

    trees: Any
    rounds: int
    slope: float = 1.0
    middle: float = 0.0

    @classmethod
    def fit(cls, features: Scores, bought: NDArray[np.bool_], sizes: Ids, *, rounds: int, seed: int) -> "Ranker":
        """Grow from cases that stand one after another, `sizes` lines each."""
        table = lightgbm.Dataset(features, label=bought.astype(np.int8), group=sizes)
        return cls(lightgbm.train(HABITS | {"seed": seed}, table, num_boost_round=rounds), rounds)

    def shortened(self, rounds: int) -> "Ranker":
        """The same with fewer trees."""
        return Ranker(self.trees, rounds, self.slope, self.middle)

    def told_as_chances(self, features: Scores, bought: NDArray[np.bool_]) -> "Ranker":
        """Scores of a ranking have no scale of their own: put them on that of log-odds (Platt 1999)."""
        raw = self._raw(features)
        if bought.all() or not bought.any():
            return self
        found = LogisticRegression(C=100.0).fit(raw[:, None], bought)
        slope = max(float(found.coef_[0, 0]), 1e-3)  # never the other way round: the order is the trees' affair
        return Ranker(self.trees, self.rounds, slope, float(found.intercept_[0]))

    def scores(self, candidates: Candidates) -> Floats:
        """About the log-odds of being bought."""
        return self._raw(candidates.features) * self.slope + self.middle

    def _raw(self, features: Scores) -> Floats:
        if not len(features):
            return np.empty(0)
        return np.asarray(self.trees.predict(features, num_iteration=self.rounds, num_threads=1), dtype=np.float64)


def sizes_of(rows: Sequence[Ids]) -> Ids:
    """How many lines each case has, for tables of cases that are laid one after another."""
    return np.concatenate([np.unique(row, return_counts=True)[1] for row in rows]).astype(np.int64)
