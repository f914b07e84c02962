"""From weighed candidates to the lists a shop stores: the best k, with a reason and the purchase behind it."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import NOBODY, Lists, Neighbours, Reason, Told
from personalization.recommend.train.blend import Blend
from personalization.recommend.train.candidates import PLACE, Candidates
from personalization.recommend.train.experts import Experts
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.popularity import baskets_since
from personalization.recommend.train.top import best_columns

POPULAR_DAYS = 28.0


def lists(experts: Experts, blend: Blend, *, task: str, shoppers: Ids, k: int, now_day: float) -> Lists:
    """The best k for each shopper; somebody unknown gets what is popular lately."""
    answer = Lists.none(shoppers, k)
    rows = experts.shop.rows_of(shoppers)
    known = np.flatnonzero(rows >= 0)
    for start, blocks in experts.candidates([task], rows[known], now_day=now_day):
        found = blocks[task]
        best, place, score = _best(found, blend.scores(found), k)
        where = known[start + best.row]
        reason = _reasons(best, experts.reasons(), bought=best.feature("repeat") > 0)
        answer.product[where, place] = experts.shop.product[best.column]
        answer.score[where, place] = score
        answer.reason[where, place] = reason
        answer.because[where, place] = _because(experts, rows[where], best.column, reason)
    _fill_with_popular(answer, experts, np.flatnonzero(rows < 0), k)
    return answer


def neighbours(experts: Experts, blend: Blend, *, products: Ids, k: int) -> Neighbours:
    """The best k beside each product, with the number of baskets that hold both."""
    answer = Neighbours.none(products, k)
    columns = experts.shop.columns_of(products)
    known = np.flatnonzero(columns >= 0)
    for start, blocks in experts.candidates(["together"], columns[known], now_day=experts.shop.now_day):
        found = blocks["together"]
        best, place, score = _best(found, blend.scores(found), k)
        where = known[start + best.row]
        answer.neighbour[where, place] = experts.shop.product[best.column]
        answer.score[where, place] = score
        answer.support[where, place] = experts.cooccurrence.support(columns[where], best.column)
    return answer


def told(experts: Experts, blend: Blend, *, task: str, asked: int, now_day: float) -> Told:
    """All candidates for one shopper (or, for "together", beside one product) with what is known of each."""
    shop, one = experts.shop, np.array([asked], dtype=np.int64)
    row = shop.columns_of(one) if task == "together" else shop.rows_of(one)
    for _, blocks in experts.candidates([task], row[row >= 0], now_day=now_day):
        found = blocks[task]
        best, _, score = _best(found, blend.scores(found), len(found.row))
        return Told(shop.product[best.column], score.astype(np.float32), best.names, best.features)
    return Told(np.empty(0, np.int64), np.empty(0, np.float32), (), np.empty((0, 0), np.float32))


def _best(found: Candidates, scores: Floats, k: int) -> tuple[Candidates, Ids, Floats]:
    """The k best candidates of each row, their places from 0, and their scores."""
    order = np.lexsort((found.column, -scores, found.row))
    place = np.arange(len(order)) - np.searchsorted(found.row, found.row)
    order, place = order[place < k], place[place < k]
    return found.only(order), place, scores[order]


def _reasons(best: Candidates, reasons: Mapping[str, Reason], *, bought: np.ndarray) -> np.ndarray:
    """Bought before is a repeat; otherwise the learner that put it highest."""
    named = [(name, reason) for name, reason in reasons.items() if reason is not Reason.REPEAT]
    places = np.stack([best.feature(PLACE + name) for name, _ in named], axis=1)
    loudest = np.array([reason for _, reason in named], dtype=np.uint8)[places.argmax(axis=1)]
    return np.where(bought, np.uint8(Reason.REPEAT), loudest)


def _because(experts: Experts, rows: Ids, columns: Ids, reason: np.ndarray) -> Ids:
    """Itself for a repeat; nothing for what everybody buys; else the purchase most like it, heavier ones first."""
    shop, like = experts.shop, experts.neighbourhood
    if not len(rows):
        return np.empty(0, np.int64)
    speaks = sparse.csr_matrix(like.history[rows].multiply(like.speakers[columns]))
    loudest = np.asarray(speaks.argmax(axis=1)).ravel()
    heard = np.asarray(speaks.max(axis=1).todense()).ravel() > 0
    general = np.isin(reason, (Reason.POPULAR, Reason.TREND))
    source = np.where(reason == Reason.REPEAT, columns, loudest)
    return np.where((reason == Reason.REPEAT) | (heard & ~general), shop.product[source], NOBODY)


def _fill_with_popular(answer: Lists, experts: Experts, rows: Ids, k: int) -> None:
    shop = experts.shop
    count = baskets_since(shop, shop.now_day - POPULAR_DAYS)[None, :].astype(np.float32)
    best = best_columns(count, k)[0]
    best = best[count[0, best] > 0]
    answer.product[rows, : len(best)] = shop.product[best]
    answer.score[rows, : len(best)] = count[0, best] / max(float(count.sum()), 1.0)
    answer.reason[rows, : len(best)] = Reason.POPULAR
