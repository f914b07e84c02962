"""What a shopper likes in the kinds of goods they buy: the strongest help for goods they never bought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.popularity import baskets_since
from personalization.recommend.train.shop import Shop

HALF_LIFE = 60.0
RECENT_DAYS = 28.0


@dataclass(frozen=True, eq=False)
class Category:
    """Per shopper and category: fading baskets; per product: its share of its category lately."""

    affinity: sparse.csr_matrix
    category: Ids
    share: Floats

    depth: ClassVar[Mapping[str, int]] = {"category": 50}
    reasons: ClassVar[Mapping[str, Reason]] = {"category": Reason.CATEGORY}

    @classmethod
    def learn(cls, shop: Shop) -> "Category":
        """Count by category what the shopper bought, and who leads each category."""
        basket, column = shop.pairs
        categories = int(shop.category.max(initial=-1)) + 1
        of = sparse.csr_matrix(
            (np.ones(shop.products, np.float32), (np.arange(shop.products), shop.category)),
            shape=(shop.products, categories),
        )
        fade = shop.fade(HALF_LIFE)[basket].astype(np.float32)
        recent = baskets_since(shop, shop.now_day - RECENT_DAYS) + 1e-3
        return cls(
            affinity=sparse.csr_matrix(shop.per_shopper(basket, column, fade) @ of),
            category=shop.category,
            share=recent / np.bincount(shop.category, recent, categories)[shop.category],
        )

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Affinity to the category times the product's place in it."""
        return {"category": self.affinity[rows].toarray()[:, self.category] * self.share.astype(np.float32)}
