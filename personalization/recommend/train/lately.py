"""What goes with a shopper's last baskets: one thing leads to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop

HALF_LIFE = 10.0
FALLING_OFF = 0.5  # power of the confidence's denominator on the side of the history


@dataclass(frozen=True, eq=False)
class Lately:
    """The last baskets of each shopper, and what is found beside each product."""

    recent: sparse.csr_matrix
    beside: sparse.csr_matrix

    depth: ClassVar[Mapping[str, int]] = {"lately": 50}
    reasons: ClassVar[Mapping[str, Reason]] = {"lately": Reason.TOGETHER}

    @classmethod
    def learn(cls, shop: Shop, cooccurrence: Cooccurrence) -> "Lately":
        """Purchases fade within days, counted from the shopper's own last: who stayed away has a last basket too."""
        basket, column = shop.pairs
        last = np.full(max(shop.shoppers, 1), -np.inf)
        known = shop.basket_shopper >= 0
        np.maximum.at(last, shop.basket_shopper[known], shop.basket_day[known])
        since = shop.basket_day[basket] - last[shop.basket_shopper[basket]]
        fade = np.exp2(since / (HALF_LIFE * shop.pace))
        recent = shop.per_shopper(basket, column, np.where(fade > 0.01, fade, 0.0).astype(np.float32))
        recent.eliminate_zeros()
        weight = (cooccurrence.count + 5.0) ** -FALLING_OFF
        return cls(recent, sparse.csr_matrix(sparse.diags(weight.astype(np.float32)) @ cooccurrence.together))

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """The sum over the last purchases."""
        return {"lately": np.asarray((self.recent[rows] @ self.beside).toarray(), dtype=np.float32)}
