"""Shoppers with the same taste: a linear model of the whole purchase history."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop

TEACHERS = 4000  # shoppers to learn from; the model is TEACHERS squared, whatever the size of the shop
HALF_LIFE = 60.0


@dataclass(frozen=True, eq=False)
class Taste:
    """EASE (Steck 2019) in its dual form: the item-item matrix is never built, only its product with a history.

    P = (X'X + aI)^-1 = (I - X'(XX' + aI)^-1 X) / a by Woodbury, and EASE scores a history h by h - hP / diag(P).
    """

    teachers: sparse.csr_matrix  # X, one row per teacher
    solver: NDArray[np.float32]  # (XX' + aI)^-1
    leverage: NDArray[np.float32]  # 1 - x_j' (XX' + aI)^-1 x_j, which is a * diag(P)
    histories: Mapping[str, sparse.csr_matrix]

    depth: ClassVar[Mapping[str, int]] = {"taste": 80, "taste_recent": 60}
    reasons: ClassVar[Mapping[str, Reason]] = {"taste": Reason.TASTE, "taste_recent": Reason.TASTE}

    @classmethod
    def learn(cls, shop: Shop, *, seed: int, penalty: float) -> "Taste":
        """Learn from at most `TEACHERS` shoppers, so that memory has a bound."""
        history = saturated(shop.by_shopper)
        rich = np.flatnonzero(np.diff(history.indptr) > 1)
        if len(rich) > TEACHERS:
            rich = np.sort(np.random.default_rng(seed).choice(rich, TEACHERS, replace=False))
        teachers = history[rich]
        likeness = (teachers @ teachers.T).toarray().astype(np.float64)
        solver = linalg.inv(likeness + penalty * np.eye(len(rich)), check_finite=False).astype(np.float32)
        leverage = 1.0 - _leverage(teachers, solver)
        basket, column = shop.pairs
        fade = shop.fade(HALF_LIFE)[basket].astype(np.float32)
        recent = saturated(shop.per_shopper(basket, column, fade))
        return cls(teachers, solver, np.maximum(leverage, 1e-3), {"taste": history, "taste_recent": recent})

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """How well each product completes the history, all of it and lately."""
        return {name: self._scores(history[rows]) for name, history in self.histories.items()}

    def _scores(self, history: sparse.csr_matrix) -> NDArray[np.float32]:
        if not self.teachers.shape[0]:
            return np.zeros(history.shape, np.float32)
        met = (history @ self.teachers.T).toarray() @ self.solver
        own = history.toarray()
        explained = np.asarray((self.teachers.T @ met.T).T, dtype=np.float32)
        # h - hP/diag(P) for a product not in the history; for one in it, its own weight must not vouch for itself
        return np.asarray((explained - own * (1.0 - self.leverage)) / self.leverage, dtype=np.float32)


def saturated(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """The tenth basket with a product says less than the first."""
    return sparse.csr_matrix((np.log1p(counts.data), counts.indices, counts.indptr), shape=counts.shape)


def _leverage(teachers: sparse.csr_matrix, solver: NDArray[np.float32]) -> NDArray[np.float32]:
    """x_j' S x_j for every product j, a block of products at a time."""
    columns = teachers.tocsc()
    blocks = [columns[:, start : start + 2000] for start in range(0, columns.shape[1], 2000)]
    parts = [np.asarray(block.multiply(solver @ block).sum(axis=0)).ravel() for block in blocks]
    return np.concatenate(parts).astype(np.float32) if parts else np.empty(0, np.float32)
