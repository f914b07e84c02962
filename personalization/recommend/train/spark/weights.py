"""Practice: what is known of each candidate, weighed on weeks that the tables have not seen, by logistic regression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

ENOUGH_HITS = 30

TOGETHER = ("confidence", "confidence_recent", "told_by", "popularity", "same_shelf")
NEXT = ("habit", "habit_recent", "habit_share", "away", "known", "reach", "shelf", "popularity", "recent")
NOVEL = ("reach", "shelf", "popularity", "recent")
# In a shop too young to practise: companions by confidence, habits first, then what goes with them.
PRIORS: Mapping[str, Mapping[str, float]] = {
    "together": {"confidence": 1.0},
    "next": {"habit_recent": 0.7, "habit_share": 0.5, "reach": 0.4, "popularity": 0.2, "recent": 0.1},
    "novel": {"reach": 0.7, "shelf": 0.3, "popularity": 0.2, "recent": 0.1},
}


@dataclass(frozen=True)
class Weights:
    """A sum of what is known, as log-odds."""

    weight: Mapping[str, float]
    intercept: float = 0.0
    hits: int = 0

    @property
    def sql(self) -> str:
        """The score of a row of candidates."""
        return " + ".join([repr(self.intercept), *(f"({value!r}) * {name}" for name, value in self.weight.items())])

    def stored(self) -> dict[str, Any]:
        """As a run keeps them."""
        kind = "logistic regression" if self.hits >= ENOUGH_HITS else "priors"
        return {"kind": kind, "hits": self.hits, "weights": {name: round(w, 4) for name, w in self.weight.items()}}


def weigh(rows: Any, task: str, known: Sequence[str]) -> Weights:
    """Weights for rows that have what is `known`, and `hit`: 1 where it was bought, else 0.

    The questions are at most so many whatever the shop: they are brought here, where fifty rounds over them take a
    second, and not fifty times a cluster's scheduler.
    """
    table = rows.select(*known, "hit").toArrow()
    hit = table["hit"].to_numpy()
    hits = int(hit.sum())
    if hits < ENOUGH_HITS or hits == len(hit):
        return Weights(PRIORS[task], hits=hits)
    values = np.column_stack([table[name].to_numpy() for name in known]).astype(np.float64)
    middle, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    learner = LogisticRegression(max_iter=200).fit((values - middle) / spread, hit)
    weight = learner.coef_[0] / spread
    return Weights(
        {name: float(one) for name, one in zip(known, weight, strict=True)},
        float(learner.intercept_[0] - weight @ middle),
        hits,
    )
