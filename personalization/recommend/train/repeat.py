"""Old friends: what a shopper buys again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.history import HALF_LIVES
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop


@dataclass(frozen=True, eq=False)
class Repeat:
    """Per shopper and product: baskets with it, and the same fading with time."""

    count: sparse.csr_matrix
    fading: Mapping[str, sparse.csr_matrix]

    depth: ClassVar[Mapping[str, int]] = {"repeat": 60, "repeat_20": 60, "repeat_60": 60}
    reasons: ClassVar[Mapping[str, Reason]] = {"repeat_60": Reason.REPEAT}

    @classmethod
    def learn(cls, shop: Shop) -> "Repeat":
        """Fading after Hu, He et al. 2020 (TIFU-kNN): a purchase of long ago counts for less."""
        basket, column = shop.pairs
        fading = {
            f"repeat_{life:.0f}": shop.per_shopper(basket, column, shop.fade(life)[basket].astype(np.float32))
            for life in HALF_LIVES
        }
        return cls(shop.by_shopper, fading)

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Zero for everything the shopper never bought."""
        return {"repeat": np.log1p(self.count[rows].toarray())} | {
            name: table[rows].toarray() for name, table in self.fading.items()
        }
