"""What goes into the same basket: counted, then steadied by what the category does."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import NOBODY, Reason
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.shop import Shop, cells
from personalization.recommend.train.shortlist import Pairs, of_lists, of_table
from personalization.recommend.train.top import ROWS_AT_ONCE, best_columns, largest, pick, without_itself

PARTNERS = 400
HALF_LIFE = 60.0
CATEGORIES_AT_ONCE = 64
USUAL = 60  # of the partners of a category: those of the product itself come first
STEADINESS = 20.0  # how many baskets a product needs to be believed as much as its category


@dataclass(frozen=True, eq=False)
class Cooccurrence:
    """Baskets that hold both: plain, fading, and by 1 / size; confidence with a hierarchical prior.

    P(j|i) = (C_ij + s P(j|category of i)) / (n_i + s), and P(j|category) the same way from P(j):
    ranks by support as a shop should, yet a product bought five times already has sensible partners.
    """

    together: sparse.csr_matrix
    fading: sparse.csr_matrix
    by_size: sparse.csr_matrix
    in_category: sparse.csr_matrix  # [categories, products]
    category: Ids
    count: Floats
    category_count: Floats
    share: Floats

    depth: ClassVar[Mapping[str, int]] = {"confidence": 120, "confidence_recent": 50, "confidence_size": 50}
    reasons: ClassVar[Mapping[str, Reason]] = {"confidence": Reason.TOGETHER}

    @classmethod
    def learn(cls, shop: Shop) -> "Cooccurrence":
        """Count pairs a block of products at a time; each product keeps its `PARTNERS` most frequent."""
        baskets = shop.by_basket
        size = np.maximum(np.diff(baskets.indptr), 1)
        fade = shop.fade(HALF_LIFE)
        together, fading, by_size = _count(baskets, [np.ones(shop.baskets), fade, 1.0 / size])
        count = np.asarray(baskets.sum(axis=0), dtype=np.float64).ravel()
        return cls(
            together=together,
            fading=fading,
            by_size=by_size,
            in_category=_by_category(shop, count),
            category=shop.category,
            count=count,
            category_count=np.bincount(shop.category, count).astype(np.float64),
            share=count / max(shop.baskets, 1),
        )

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Scores of every product beside each of the given ones."""
        count = self.count[rows][:, None]
        together = self.together[rows].toarray()
        prior = self._prior(rows)
        confidence = (together + STEADINESS * prior) / (count + STEADINESS)
        return {
            "confidence": np.log(confidence + 1e-6).astype(np.float32),
            "confidence_recent": np.log1p(self.fading[rows].toarray()),
            "confidence_size": np.log1p(self.by_size[rows].toarray()),
            "support": np.log1p(together),
            "category_confidence": np.log(prior + 1e-6).astype(np.float32),
        }

    def shortlist(self, rows: Ids) -> Pairs:
        """Known partners, and the usual ones of the category."""
        parts = [
            of_table(self.together[rows], keep=self.depth["confidence"]),
            of_table(self.fading[rows], keep=self.depth["confidence_recent"]),
            of_table(self.by_size[rows], keep=self.depth["confidence_size"]),
            of_lists(self.usual[self.category[rows]]),
        ]
        return np.concatenate([row for row, _ in parts]), np.concatenate([column for _, column in parts])

    def told(self, rows: Ids, columns: Ids) -> Evidence:
        """As `evidence`, pair by pair."""
        together = cells(self.together, rows, columns).astype(np.float64)
        of = self.category[rows]
        seen = cells(self.in_category, of, columns).astype(np.float64)
        prior = (seen + STEADINESS * self.share[columns]) / (self.category_count[of] + STEADINESS)
        confidence = (together + STEADINESS * prior) / (self.count[rows] + STEADINESS)
        return {
            "confidence": np.log(confidence + 1e-6).astype(np.float32),
            "confidence_recent": np.log1p(cells(self.fading, rows, columns)),
            "confidence_size": np.log1p(cells(self.by_size, rows, columns)),
            "support": np.log1p(together).astype(np.float32),
            "category_confidence": np.log(prior + 1e-6).astype(np.float32),
        }

    @cached_property
    def usual(self) -> Ids:
        """What is found most often beside products of each category: [categories, USUAL]."""
        found = np.full((self.in_category.shape[0], USUAL), NOBODY, np.int64)
        for start in range(0, len(found), CATEGORIES_AT_ONCE):
            some = np.arange(start, min(start + CATEGORIES_AT_ONCE, len(found)))
            seen = self.in_category[some].toarray().astype(np.float64)
            prior = (seen + STEADINESS * self.share) / (self.category_count[some][:, None] + STEADINESS)
            best = best_columns(prior, USUAL)
            found[some, : best.shape[1]] = best
        return found

    def _prior(self, rows: Ids) -> Floats:
        of = self.category[rows]
        seen = self.in_category[of].toarray()
        prior: Floats = (seen + STEADINESS * self.share) / (self.category_count[of][:, None] + STEADINESS)
        return prior

    def support(self, rows: Ids, columns: Ids) -> Ids:
        """In how many baskets each pair was, as far as it is among the kept partners."""
        return cells(self.together, rows, columns).astype(np.int64)


def _count(baskets: sparse.csr_matrix, weights: list[Floats]) -> list[sparse.csr_matrix]:
    """One pair table for each weighing of baskets, all with the same pairs kept."""
    columns = baskets.T.tocsr()
    weighed = [sparse.csr_matrix(sparse.diags(weight.astype(np.float32)) @ baskets) for weight in weights]
    blocks: list[list[sparse.csr_matrix]] = []
    for start in range(0, columns.shape[0], ROWS_AT_ONCE):
        some = columns[start : start + ROWS_AT_ONCE]
        tables = [without_itself(sparse.csr_matrix(some @ weight), first_row=start) for weight in weighed]
        kept = largest(tables[0], keep=PARTNERS)  # the weights change no pattern, so one choice fits all tables
        blocks.append([pick(table, kept) for table in tables])
    empty = sparse.csr_matrix((columns.shape[0], columns.shape[0]), dtype=np.float32)
    found = [sparse.csr_matrix(sparse.vstack(parts)) for parts in zip(*blocks, strict=True)]
    for table in found:
        table.sort_indices()  # single cells are looked up by halving then, not by reading the row
    return found or [empty] * len(weights)


def _by_category(shop: Shop, count: Floats) -> sparse.csr_matrix:
    """How often each product lay beside products of each category, itself not counted."""
    categories = int(shop.category.max(initial=-1)) + 1
    columns = np.arange(shop.products)
    of = sparse.csr_matrix(
        (np.ones(shop.products, np.float32), (columns, shop.category)), shape=(shop.products, categories)
    )
    beside = (shop.by_basket @ of).T @ shop.by_basket
    itself = sparse.csr_matrix((count, (shop.category, columns)), shape=(categories, shop.products))
    return sparse.csr_matrix(beside - itself, dtype=np.float32)
