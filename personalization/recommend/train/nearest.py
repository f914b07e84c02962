"""The nearest of very many vectors without comparing all with all: HNSW (Malkov, Yashunin 2016) by usearch.

The graph is built by one thread, so that the same vectors give the same graph and the same answers each time.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train import ranker  # noqa: F401
from personalization.recommend.train.answers import NOBODY, Scores
from personalization.recommend.train.log import Ids

# isort: split
# Loaded before LightGBM, it breaks that: "Feature (Column_) appears more than one time". So the ranker comes first.
from usearch.index import Index

LINKS, BUILT_WITH, ASKED_WITH = 16, 96, 192
# A product's length hides what lies behind it: of 100,000 the 61 nearest were found to .96 with as much as by angle.
ASKED_BY_PRODUCT = 400


@dataclass(frozen=True, eq=False)
class Nearest:
    """Vectors by the column that they belong to; rows of zeros are in nobody's neighbourhood."""

    index: Index
    size: int
    # With it all vectors are equally long, and the nearest by angle is the one with the largest product.
    width: int
    threads: int

    @classmethod
    def by_angle(cls, table: Scores, *, threads: int) -> "Nearest":
        """The nearest are those with the largest cosine."""
        return cls._of(table, table, asked_with=ASKED_WITH, threads=threads)

    @classmethod
    def by_product(cls, table: Scores, *, threads: int) -> "Nearest":
        """The nearest are those with the largest inner product: one number more makes all of them equally long.

        Bachrach and others: Speeding up the Xbox recommender system, RecSys 2014.
        """
        squares = np.einsum("ij,ij->i", table, table, dtype=np.float64)
        missing = np.sqrt(np.maximum(squares.max(initial=0.0) - squares, 0.0)).astype(np.float32)
        return cls._of(table, np.column_stack([table, missing]), asked_with=ASKED_BY_PRODUCT, threads=threads)

    @classmethod
    def _of(cls, known: Scores, table: Scores, *, asked_with: int, threads: int) -> "Nearest":
        columns = np.flatnonzero(known.any(axis=1)).astype(np.uint64)
        index = Index(ndim=table.shape[1], metric="cos", dtype="f32", connectivity=LINKS,
                      expansion_add=BUILT_WITH, expansion_search=asked_with)  # fmt: skip
        if len(columns):
            index.add(columns, np.ascontiguousarray(table[columns], dtype=np.float32), threads=1)
        return cls(index, len(columns), table.shape[1], threads)

    def of(self, asked: Scores, k: int) -> Ids:
        """The columns of the k nearest to each vector, -1 where there are fewer; none to one of zeros."""
        found = np.full((len(asked), k), NOBODY, np.int64)
        real: NDArray[np.int64] = np.flatnonzero(asked.any(axis=1))
        most = min(k, self.size)
        if not len(real) or not most:
            return found
        wide = np.zeros((len(real), self.width), np.float32)
        wide[:, : asked.shape[1]] = asked[real]
        matches = self.index.search(wide, most, threads=self.threads)
        keys = np.asarray(matches.keys).reshape(len(real), -1).astype(np.int64)
        counts = np.asarray(matches.counts if len(real) > 1 else [keys.shape[1]]).reshape(-1, 1)
        found[real, : keys.shape[1]] = np.where(np.arange(keys.shape[1]) < counts, keys, NOBODY)
        return found
