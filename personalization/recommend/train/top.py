"""Keeping only the best: of a row, of a product of two sparse tables."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.log import Ids

ROWS_AT_ONCE = 512
GROUPS = 4


def best_columns(scores: Scores, k: int) -> Ids:
    """The k best columns of each row, best first; equal scores go by column, so that two runs agree."""
    k = min(k, scores.shape[1])
    if not k:
        return np.empty((len(scores), 0), np.int64)
    some = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1)
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1).astype(np.int64)


def at_least(scores: Scores, k: int) -> Scores:
    """For each row a score that at least k columns reach, and few more: k-th among the best of small groups.

    Four times faster than a partition of the whole row, which is most of the time of a training otherwise.
    """
    rows, columns = scores.shape
    if columns <= k:
        return np.full((rows, 1), -np.inf, np.float32)
    group = max(1, columns // (GROUPS * k))
    best = scores[:, : columns // group * group].reshape(rows, -1, group).max(axis=2)
    return np.partition(best, best.shape[1] - k, axis=1)[:, best.shape[1] - k, None]


def strongest(left: sparse.csr_matrix, right: sparse.csr_matrix, *, keep: int) -> sparse.csr_matrix:
    """left @ right without its diagonal, the `keep` largest of each row; never whole in memory."""
    blocks = []
    for start in range(0, left.shape[0], ROWS_AT_ONCE):
        block = sparse.csr_matrix(left[start : start + ROWS_AT_ONCE] @ right)
        blocks.append(thin(without_itself(block, first_row=start), keep=keep))
    return sparse.csr_matrix(sparse.vstack(blocks)) if blocks else sparse.csr_matrix((0, right.shape[1]))


def without_itself(block: sparse.csr_matrix, *, first_row: int) -> sparse.csr_matrix:
    """A block of a square table with its diagonal set to nothing."""
    row = np.repeat(np.arange(block.shape[0]) + first_row, np.diff(block.indptr))
    block.data[block.indices == row] = 0
    block.eliminate_zeros()
    return block


def thin(block: sparse.csr_matrix, *, keep: int) -> sparse.csr_matrix:
    """The `keep` largest entries of each row."""
    return pick(block, largest(block, keep=keep))


def largest(block: sparse.csr_matrix, *, keep: int) -> NDArray[np.int64]:
    """Where in `data` the `keep` largest entries of each row stand, in order."""
    spans = zip(block.indptr[:-1].tolist(), block.indptr[1:].tolist(), strict=True)
    kept = [
        start + np.sort(np.argpartition(-block.data[start:stop], keep)[:keep])
        if stop - start > keep
        else np.arange(start, stop)
        for start, stop in spans
    ]
    return np.concatenate(kept).astype(np.int64) if kept else np.empty(0, np.int64)


def pick(block: sparse.csr_matrix, entries: NDArray[np.int64]) -> sparse.csr_matrix:
    """The table with only the given entries of its `data`."""
    edges = np.searchsorted(entries, block.indptr)
    return sparse.csr_matrix((block.data[entries], block.indices[entries], edges), shape=block.shape)
