"""What the most similar shoppers have been buying lately (TIFU-kNN's other half: Hu, He et al. 2020)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.top import best_columns

TEACHERS = 4000  # shoppers to be compared with, so that the cost per row has a bound
NEAREST = 100
HALF_LIFE = 60.0


@dataclass(frozen=True, eq=False)
class Peers:
    """Fading purchases of every shopper, and the same at length 1, rare products weighing more."""

    unit: sparse.csr_matrix
    teachers: Ids
    bought: sparse.csr_matrix  # of the teachers

    depth: ClassVar[Mapping[str, int]] = {"peers": 50}
    reasons: ClassVar[Mapping[str, Reason]] = {"peers": Reason.TASTE}

    @classmethod
    def learn(cls, shop: Shop, *, seed: int) -> "Peers":
        """Draw the teachers among those who bought more than one thing."""
        basket, column = shop.pairs
        fade = shop.fade(HALF_LIFE)[basket].astype(np.float32)
        bought = shop.per_shopper(basket, column, fade)
        bought.data = np.log1p(bought.data)
        buyers = np.bincount(bought.indices, minlength=shop.products)
        rarity = np.log((shop.shoppers + 1.0) / (buyers + 1.0)).astype(np.float32)
        heavy = sparse.csr_matrix(bought @ sparse.diags(rarity))
        rich = np.flatnonzero(np.diff(bought.indptr) > 1)
        if len(rich) > TEACHERS:
            rich = np.sort(np.random.default_rng(seed).choice(rich, TEACHERS, replace=False))
        return cls(_unit(heavy), rich, bought[rich])

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """The mean of the nearest others, nearer ones speaking louder."""
        likeness = np.asarray((self.unit[rows] @ self.unit[self.teachers].T).toarray(), dtype=np.float32)
        likeness[self.teachers[None, :] == rows[:, None]] = 0.0  # nobody is their own peer
        nearest = best_columns(likeness, NEAREST)
        weight = np.take_along_axis(likeness, nearest, axis=1)
        place = np.repeat(np.arange(len(rows)), nearest.shape[1])
        near = sparse.csr_matrix((weight.ravel(), (place, nearest.ravel())), shape=likeness.shape)
        return {"peers": np.asarray((near @ self.bought).toarray(), dtype=np.float32)}


def _unit(table: sparse.csr_matrix) -> sparse.csr_matrix:
    norm = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)) @ table)
