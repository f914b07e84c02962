"""Candidates of a large shop: learners name the few products worth weighing, instead of a score for every one.

A table of all products by all products is 40 GB for 100,000 of them, and filling it block by block takes an hour.
Below `MANY` products the tables of `candidates.py` are quicker, and find the very best by definition.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import NOBODY, Scores
from personalization.recommend.train.candidates import PLACE, Candidates, placed
from personalization.recommend.train.learner import Evidence, Learner
from personalization.recommend.train.log import Ids
from personalization.recommend.train.top import largest

MANY = 20_000  # products from which on nobody asks about all of them
ROWS_AT_ONCE = 256
Pairs = tuple[Ids, Ids]  # positions among the asked rows, and columns


class Shortlister(Learner, Protocol):
    """A learner about products that can also answer in pairs."""

    def shortlist(self, rows: Ids) -> Pairs:
        """The pairs that its sources put on top."""

    def told(self, rows: Ids, columns: Ids) -> Evidence:
        """What its tables say of single pairs, in the same words."""


def gather_pairs(learners: Sequence[Shortlister], rows: Ids, *, products: int, barred: np.ndarray) -> Candidates:
    """The union of what the learners put on top for each row, with all their evidence and its place in the list.

    `barred` are the products that nobody may be offered; a row is never beside itself.
    """
    lists = [learner.shortlist(rows) for learner in learners]
    row, column = union([row for row, _ in lists], [column for _, column in lists], products=products)
    allowed = ~barred[column] & (column != rows[row])
    row, column = row[allowed], column[allowed]
    evidence: dict[str, Scores] = {}
    for learner in learners:
        evidence |= learner.told(rows[row], column)
    sources = {name: depth for learner in learners for name, depth in learner.depth.items()}
    values = [np.asarray(table, dtype=np.float32) for table in evidence.values()]
    places = [placed(row, np.asarray(evidence[name]), depth=depth) for name, depth in sources.items()]
    names = (*evidence, *(PLACE + name for name in sources))
    features = np.stack([*values, *places], axis=1) if len(row) else np.empty((0, len(names)), np.float32)
    return Candidates(row, column, features, names)


def union(rows: Sequence[Ids], columns: Sequence[Ids], *, products: int) -> Pairs:
    """Every pair once, row by row; those without a column are left out."""
    row, column = np.concatenate(rows), np.concatenate(columns)
    real = column != NOBODY
    met = np.unique(row[real] * products + column[real])
    return met // max(products, 1), met % max(products, 1)


def of_table(block: sparse.csr_matrix, *, keep: int) -> Pairs:
    """The `keep` largest entries of each row of a block."""
    entries = largest(block, keep=keep)
    row = np.searchsorted(block.indptr, entries, side="right") - 1
    return row.astype(np.int64), block.indices[entries].astype(np.int64)


def of_lists(found: Ids) -> Pairs:
    """One list of columns for each row."""
    return np.repeat(np.arange(len(found)), found.shape[1]), found.ravel()


def for_all(rows: int, columns: Ids) -> Pairs:
    """The same columns for every row."""
    return np.repeat(np.arange(rows), len(columns)), np.tile(columns, rows)
