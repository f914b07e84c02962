"""Old friends: what a shopper buys again and again, and whether it is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.shop import Shop

HALF_LIVES = (20.0, 60.0)
PRIOR_GAPS = 1.0  # how many gaps of its own a shopper needs to be believed as much as the shop


@dataclass(frozen=True, eq=False)
class Repeat:
    """Per shopper and product: baskets with it, the same fading with time, and how due it is."""

    count: sparse.csr_matrix
    fading: Mapping[str, sparse.csr_matrix]
    last: sparse.csr_matrix  # day of the last purchase
    gap: sparse.csr_matrix  # usual days between purchases
    share: sparse.csr_matrix  # of the shopper's baskets since the first one with it

    depth: ClassVar[Mapping[str, int]] = {"repeat": 60, "repeat_20": 60, "repeat_60": 60}
    reasons: ClassVar[Mapping[str, Reason]] = {"repeat_60": Reason.REPEAT}

    @classmethod
    def learn(cls, shop: Shop) -> "Repeat":
        """Fading after Hu, He et al. 2020 (TIFU-kNN): a purchase of long ago counts for less."""
        basket, column = shop.pairs
        age = shop.now_day - shop.basket_day[basket]
        fading = {
            f"repeat_{life:.0f}": shop.per_shopper(basket, column, np.exp2(-age / life).astype(np.float32))
            for life in HALF_LIVES
        }
        first, last = _edges(shop)
        return cls(shop.by_shopper, fading, last, _gaps(shop, first, last), _shares(shop, first))

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Zero for everything the shopper never bought."""
        bought = self.count[rows].toarray()
        mine = bought > 0
        days = np.where(mine, np.maximum(now_day - self.last[rows].toarray(), 0.0), 0.0).astype(np.float32)
        due = np.divide(days, self.gap[rows].toarray(), out=np.zeros_like(days), where=mine)
        return {
            "repeat": np.log1p(bought),
            "recency": np.where(mine, -np.log1p(days), np.float32(-8)),
            "due": due,
            "repeat_share": self.share[rows].toarray(),
        } | {name: table[rows].toarray() for name, table in self.fading.items()}


def _edges(shop: Shop) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    """Day of the first and of the last basket, per shopper and product."""
    known = shop.line_shopper >= 0
    key = shop.line_shopper[known] * max(shop.products, 1) + shop.line_product[known]
    day = shop.line_day[known]  # oldest first, so the first of a key is its first day
    pair, first = np.unique(key, return_index=True)
    last = len(key) - 1 - np.unique(key[::-1], return_index=True)[1]
    return _table(shop, pair, day[first]), _table(shop, pair, day[last])


def _table(shop: Shop, pair: Ids, values: Floats) -> sparse.csr_matrix:
    rows, columns = np.divmod(pair, max(shop.products, 1))
    return sparse.csr_matrix((values, (rows, columns)), shape=(shop.shoppers, shop.products))


def _gaps(shop: Shop, first: sparse.csr_matrix, last: sparse.csr_matrix) -> sparse.csr_matrix:
    """Own mean gap, drawn towards the product's usual one while the shopper has few."""
    span, gaps = last.data - first.data, shop.by_shopper.data - 1.0
    column = last.indices
    usual = (np.bincount(column, span, shop.products) + 30.0) / (np.bincount(column, gaps, shop.products) + 1.0)
    mean = (span + PRIOR_GAPS * usual[column]) / (gaps + PRIOR_GAPS)
    return sparse.csr_matrix((np.maximum(mean, 1.0).astype(np.float32), column, last.indptr), shape=last.shape)


def _shares(shop: Shop, first: sparse.csr_matrix) -> sparse.csr_matrix:
    """Of the baskets since the first with it, how many hold it; 2 unseen baskets keep beginners modest."""
    order = np.lexsort((shop.basket_day, shop.basket_shopper))
    owner, day = shop.basket_shopper[order], shop.basket_day[order]
    stride = shop.now_day + 1.0
    scale = owner * stride + day
    rows = np.repeat(np.arange(shop.shoppers), np.diff(first.indptr))
    begin = np.searchsorted(scale, rows * stride + first.data - 1e-9)
    end = np.searchsorted(scale, (rows + 1) * stride)
    share = shop.by_shopper.data / (end - begin + 2.0)
    return sparse.csr_matrix((share.astype(np.float32), first.indices, first.indptr), shape=first.shape)
