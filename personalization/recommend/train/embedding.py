"""item2vec as evidence: IN x OUT for what goes along, IN x IN for what is alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Reason, Scores, Vectors
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Ids
from personalization.recommend.train.nearest import Nearest
from personalization.recommend.train.shop import Shop, position
from personalization.recommend.train.shortlist import Pairs, of_lists

HALF_LIFE = 30.0
THREADS = 2  # answers are the same with any number
PAIRS_AT_ONCE = 100_000
PRIOR = 0.75  # gensim's ns_exponent: the skip-gram optimum is log P(j|i) - 0.75 log share(j) + constant


@dataclass(frozen=True, eq=False)
class Space:
    """Vectors by column of the shop; rows of zeros for products without any."""

    into: Scores
    out: Scores
    prior: Scores

    @classmethod
    def of(cls, shop: Shop, vectors: Vectors) -> "Space":
        """Lay the vectors out by column."""
        place = position(vectors.product, shop.product)
        share = (shop.basket_counts + 1.0) / (shop.baskets + 1.0)
        prior = np.where(place >= 0, PRIOR * np.log(share), 0.0)
        return cls(_laid_out(vectors.into, place), _laid_out(vectors.out, place), prior.astype(np.float32))

    def along(self, into: Scores) -> Scores:
        """About log P(product | the given vectors): IN x OUT and the prior that training divided away."""
        return np.asarray(into @ self.out.T + self.prior, dtype=np.float32)

    def alike(self, rows: Ids) -> Scores:
        """Cosine of IN vectors: alike in company, so one may stand in for the other."""
        return np.asarray(self.unit[rows] @ self.unit.T, dtype=np.float32)

    def along_pairs(self, rows: Ids, columns: Ids) -> Scores:
        """`along`, of single pairs of products."""
        return dots(self.into, rows, self.out, columns) + self.prior[columns]

    def alike_pairs(self, rows: Ids, columns: Ids) -> Scores:
        """`alike`, of single pairs."""
        return dots(self.unit, rows, self.unit, columns)

    def going_along(self, rows: Ids, k: int) -> Ids:
        """The k columns that go along best with each, as far as they are found without asking all."""
        asked = np.column_stack([self.into[rows], np.ones(len(rows), np.float32)])
        asked[~self.into[rows].any(axis=1)] = 0.0
        return self._along.of(asked, k)

    def most_alike(self, rows: Ids, k: int) -> Ids:
        """The k columns most alike, found in the same way; each is most alike to itself."""
        return self._alike.of(self.unit[rows], k)

    @cached_property
    def _along(self) -> Nearest:
        return Nearest.by_product(np.column_stack([self.out, self.prior]), threads=THREADS)

    @cached_property
    def _alike(self) -> Nearest:
        return Nearest.by_angle(self.unit, threads=THREADS)

    @cached_property
    def unit(self) -> Scores:
        """IN vectors of length 1."""
        return np.asarray(self.into / np.maximum(np.linalg.norm(self.into, axis=1, keepdims=True), 1e-9), np.float32)


@dataclass(frozen=True, eq=False)
class ShopperEmbedding:
    """A shopper is the fading mean of the IN vectors of what they bought."""

    space: Space
    profile: Scores

    depth: ClassVar[Mapping[str, int]] = {"item2vec": 50}
    reasons: ClassVar[Mapping[str, Reason]] = {"item2vec": Reason.TASTE}

    @classmethod
    def learn(cls, shop: Shop, space: Space) -> "ShopperEmbedding":
        """Average with a half-life, so that the last baskets speak loudest."""
        basket, column = shop.pairs
        fade = shop.fade(HALF_LIFE)[basket].astype(np.float32)
        weights = shop.per_shopper(basket, column, fade)
        total = np.asarray(weights.sum(axis=1), dtype=np.float32).ravel()
        mean = sparse.diags(np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)) @ weights
        return cls(space, np.asarray(mean @ space.into, dtype=np.float32))

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """What goes along with the shopper's own mean."""
        return {"item2vec": self.space.along(self.profile[rows])}


@dataclass(frozen=True, eq=False)
class ProductEmbedding:
    """A product is its IN vector."""

    space: Space

    depth: ClassVar[Mapping[str, int]] = {"item2vec": 60}
    reasons: ClassVar[Mapping[str, Reason]] = {"item2vec": Reason.TOGETHER}

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """What goes along with the product, and what is like it."""
        return {"item2vec": self.space.along(self.space.into[rows]), "item2vec_alike": self.space.alike(rows)}

    def shortlist(self, rows: Ids) -> Pairs:
        """What goes along best."""
        return of_lists(self.space.going_along(rows, self.depth["item2vec"] + 1))

    def told(self, rows: Ids, columns: Ids) -> Evidence:
        """As `evidence`, pair by pair."""
        return {
            "item2vec": self.space.along_pairs(rows, columns),
            "item2vec_alike": self.space.alike_pairs(rows, columns),
        }


def dots(left: Scores, rows: Ids, right: Scores, columns: Ids) -> Scores:
    """Products of single pairs of vectors, a piece at a time: gathered all at once they would fill the memory."""
    parts = [
        np.einsum("ij,ij->i", left[rows[start : start + PAIRS_AT_ONCE]], right[columns[start : start + PAIRS_AT_ONCE]])
        for start in range(0, len(rows), PAIRS_AT_ONCE)
    ]
    return np.concatenate(parts).astype(np.float32) if parts else np.empty(0, np.float32)


def _laid_out(table: Scores, place: Ids) -> Scores:
    rows = np.zeros((len(place), table.shape[1]), np.float32)
    rows[place >= 0] = table[place[place >= 0]]
    return rows
