"""The trial of the next click: at which place visits of the days held out find what they went on to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from personalization.recommend import yardstick
from personalization.recommend.train.answers import NOBODY, Scores
from personalization.recommend.train.log import Ids, Visits
from personalization.recommend.train.sessions import Sessions, sessions_of_visits
from personalization.recommend.train.top import best_columns, thin

K = 20
CASES, FEWEST_CASES = 1000, 100
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 by the golden section: neighbours land far apart

Asked = Callable[[Sequence[Ids], int], tuple[Ids, Scores]]


@dataclass(frozen=True)
class ClickFigures:
    """MRR@20 of the model, of what is looked at most, and of plain item-kNN; nought cases where it was not measured."""

    cases: int = 0
    ours: float = 0.0
    popularity: float = 0.0
    item_knn: float = 0.0


def click_trial(next_clicks: Asked, *, before: Visits, after: Visits, products: Ids) -> ClickFigures:
    """The figures of a model that saw `before`, on visits begun after it."""
    shown = np.sort(products)
    known = sessions_of_visits(before, shown)
    later = sessions_of_visits(after.only(~np.isin(after.visitor, before.visitor)), shown)
    begun, truth = _questions(later)
    if len(begun) < FEWEST_CASES:
        return ClickFigures()
    ours = next_clicks([shown[visit] for visit in begun], K)[0]
    last = np.array([visit[-1] for visit in begun], dtype=np.int64)
    wanted = [{one} for one in shown[truth].tolist()]
    lists = (ours, _popular(known, shown, len(begun)), _near(known, shown, last))
    return ClickFigures(len(begun), *(float(yardstick.reciprocal_rank(one, wanted, k=K).mean()) for one in lists))


def _questions(visits: Sessions) -> tuple[list[Ids], Ids]:
    """Visits up to a look, and that look: drawn by the visit's own moment, so that two nights ask mostly the same."""
    asked = np.flatnonzero(np.diff(visits.row, prepend=-1) == 0)
    start = np.searchsorted(visits.row, visits.row[asked])
    lot = (visits.day[visits.row[asked]].view(np.uint64) + (asked - start).astype(np.uint64)) * SPREAD
    drawn = np.sort(np.argsort(lot, kind="stable")[:CASES])
    begun = [visits.column[first:end] for first, end in zip(start[drawn], asked[drawn], strict=True)]
    return begun, visits.column[asked[drawn]]


def _popular(known: Sessions, shown: Ids, cases: int) -> Ids:
    looks = np.bincount(known.column, minlength=len(shown))[None, :].astype(np.float32)
    best = best_columns(looks, K)
    return np.tile(np.where(np.take_along_axis(looks, best, axis=1) > 0, shown[best], NOBODY), (cases, 1))


def _near(known: Sessions, shown: Ids, last: Ids) -> Ids:
    """The cosine over sessions with the last look; what is the same for a whole row puts nothing in order."""
    holds, (asked, back) = known.holds, np.unique(last, return_inverse=True)
    length = np.sqrt(np.maximum(np.bincount(holds.indices, minlength=len(shown)), 1.0))
    near = sparse.csr_matrix(holds.T.tocsr()[asked] @ holds @ sparse.diags(1.0 / length))
    near.data[near.indices == np.repeat(asked, np.diff(near.indptr))] = 0.0
    near.eliminate_zeros()
    near = thin(near, keep=K)
    row = np.repeat(np.arange(len(asked)), np.diff(near.indptr))
    order = np.lexsort((near.indices, -near.data, row))
    lists = np.full((len(asked), K), NOBODY, np.int64)
    lists[row, np.arange(near.nnz) - near.indptr[row]] = shown[near.indices[order]]
    return lists[back]
