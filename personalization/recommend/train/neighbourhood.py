"""Item-kNN: products with the same buyers or the same sessions; small, sparse, good enough to serve a stranger live."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import Shop, binary
from personalization.recommend.train.top import strongest, thin

NEIGHBOURS = 200
HEARSAY = 1e-3  # less than any likeness that sales show, and enough to put looks in order
K1, B = 1.2, 0.75  # BM25's usual constants (Robertson, Zaragoza 2009)


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """BM25-weighted cosine between products over shoppers and strangers' baskets, steadied by browsing sessions."""

    likeness: sparse.csr_matrix  # [products, products], the strongest NEIGHBOURS a row
    history: sparse.csr_matrix

    depth: ClassVar[Mapping[str, int]] = {"neighbourhood": 60}
    reasons: ClassVar[Mapping[str, Reason]] = {"neighbourhood": Reason.TASTE}

    @classmethod
    def learn(cls, shop: Shop) -> "Neighbourhood":
        """Products of the same buyers are alike; popular products and big buyers count for less."""
        likeness = _strengthened(_alike(_sold(shop)), _alike(_looked_at(shop)))
        likeness.sort_indices()
        return cls(likeness, weighed(shop.by_shopper))

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Likeness to the whole history."""
        return {"neighbourhood": (self.history[rows] @ self.likeness).toarray()}

    @cached_property
    def speakers(self) -> sparse.csr_matrix:
        """The likeness read the other way: by product, what speaks for it."""
        return self.likeness.T.tocsr()


def weighed(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """BM25 with shoppers as documents and products as words."""
    rows, _ = counts.shape
    found = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((rows - found + 0.5) / (found + 0.5) + 1.0)
    length = np.asarray(counts.sum(axis=1)).ravel()
    relative = (
        np.repeat(1.0 - B + B * length / max(float(length.mean()), 1e-9), np.diff(counts.indptr)) if rows else 1.0
    )
    data = counts.data * (K1 + 1.0) / (counts.data + K1 * relative) * rarity[counts.indices]
    return sparse.csr_matrix((data.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)


def _alike(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The cosine of products over these rows, the strongest of each."""
    weights = weighed(rows)
    norm = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=0)).ravel())
    unit = sparse.csr_matrix(weights @ sparse.diags(np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)))
    return strongest(unit.T.tocsr(), unit, keep=NEIGHBOURS)


def _strengthened(sold: sparse.csr_matrix, looked_at: sparse.csr_matrix) -> sparse.csr_matrix:
    """Looks double at the most what sales say of a pair; alone, they stand behind all that sales vouch for.

    Sales are the shop's own books. Looks are what browsers say, and somebody may send a thousand of them.
    """
    if not looked_at.nnz:
        return sold
    return thin(sparse.csr_matrix(sold + sold.minimum(looked_at) + HEARSAY * looked_at), keep=NEIGHBOURS)


def _sold(shop: Shop) -> sparse.csr_matrix:
    stranger = np.flatnonzero(shop.basket_shopper < 0)
    return sparse.csr_matrix(sparse.vstack([shop.by_shopper, shop.by_basket[stranger]]), dtype=np.float32)


def _looked_at(shop: Shop) -> sparse.csr_matrix:
    visitors = int(shop.visit_visitor.max(initial=-1)) + 1
    return binary(shop.visit_visitor, shop.visit_product, (visitors, shop.products))
