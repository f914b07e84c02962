"""What a trained model answers with: flat arrays, padded with -1, ready to be stored."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.log import Ids

Scores = NDArray[np.float32]
NOBODY = -1


class Reason(IntEnum):
    """Why a product stands in a list; stored as a number, so a value is never renamed or reused."""

    NONE = 0
    REPEAT = 1  # this shopper buys it again and again
    TASTE = 2  # shoppers with the same purchases buy it
    TOGETHER = 3  # it goes into the same baskets as what they bought lately
    CATEGORY = 4  # well liked in a category they buy from
    POPULAR = 5  # well liked in the whole shop
    TREND = 6  # selling better lately than usual


@dataclass(frozen=True, eq=False)
class Neighbours:
    """For each product, the best others: product[n]; neighbour, score and support [n, k], best first."""

    product: Ids
    neighbour: Ids  # -1 where there are fewer than k
    score: Scores
    support: NDArray[np.int32]  # baskets that hold both; 0 where unknown

    @classmethod
    def none(cls, products: Ids, k: int) -> "Neighbours":
        """Nobody beside anything yet, with room for k."""
        shape = (len(products), k)
        return cls(products, np.full(shape, NOBODY, np.int64), np.zeros(shape, np.float32), np.zeros(shape, np.int32))

    def of(self, product: int) -> Ids:
        """The neighbours of one product, without padding; empty for a product never asked about."""
        rows = np.flatnonzero(self.product == product)
        return self.neighbour[rows[0]][self.neighbour[rows[0]] >= 0] if len(rows) else np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Lists:
    """For each shopper, the best products: shopper[n]; the rest [n, k], best first."""

    shopper: Ids
    product: Ids  # -1 where there are fewer than k
    score: Scores
    reason: NDArray[np.uint8]  # a `Reason`
    because: Ids  # the product of their history that spoke loudest for it, -1 if none

    @classmethod
    def none(cls, shoppers: Ids, k: int) -> "Lists":
        """Nothing for anybody yet, with room for k."""
        shape = (len(shoppers), k)
        nothing = np.full(shape, NOBODY, np.int64)
        return cls(shoppers, nothing, np.zeros(shape, np.float32), np.zeros(shape, np.uint8), nothing.copy())

    def of(self, shopper: int) -> Ids:
        """The products for one shopper, without padding; empty for a shopper never asked about."""
        rows = np.flatnonzero(self.shopper == shopper)
        return self.product[rows[0]][self.product[rows[0]] >= 0] if len(rows) else np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Vectors:
    """item2vec as stored between nights: row i of both tables belongs to product[i]."""

    product: Ids
    into: Scores  # IN vectors [n, d]: alike when products are bought in the same company
    out: Scores  # OUT vectors [n, d]: IN x OUT is high when one is bought beside the other

    @classmethod
    def none(cls, *, size: int = 0) -> "Vectors":
        """No vectors at all."""
        return cls(np.empty(0, np.int64), np.empty((0, size), np.float32), np.empty((0, size), np.float32))


@dataclass(frozen=True, eq=False)
class Told:
    """Everything that was weighed for one shopper or product: what an explanation is made of, best first."""

    product: Ids  # the candidates
    score: Scores
    names: tuple[str, ...]  # of what is known
    known: Scores  # [candidates, names]
