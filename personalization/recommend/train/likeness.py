"""Products to take instead, and products for a stranger: answered from one table each, nothing to weigh."""

from collections.abc import Callable

import numpy as np

from personalization.recommend.train.answers import NOBODY, Neighbours, Scores
from personalization.recommend.train.candidates import rows_at_once
from personalization.recommend.train.content import Content
from personalization.recommend.train.experts import Experts
from personalization.recommend.train.log import Ids
from personalization.recommend.train.ranking import empty_neighbours
from personalization.recommend.train.top import best_columns

HEARSAY = 0.5  # words of a product that sells, and borrowed vectors of one that does not, weigh half


def similar(experts: Experts, content: Content, *, products: Ids, k: int) -> Neighbours:
    """Alike in company (IN x IN) and in words; words alone where nothing else is known."""

    def scores(rows: Ids) -> Scores:
        sells = experts.shop.basket_counts[rows, None] > 0
        company, words = experts.space.alike(rows), content.likeness(rows)
        return np.where(sells, company + HEARSAY * words, HEARSAY * company + words)

    return _answer(experts, products, k, scores)


def also(experts: Experts, *, products: Ids, k: int) -> Neighbours:
    """Bought or looked at by the same people; what goes along by vectors follows where too few are known."""

    def scores(rows: Ids) -> Scores:
        known = experts.neighbourhood.likeness[rows].toarray()
        return np.where(known > 0, 1.0 + known, _squashed(experts.space.along(experts.space.into[rows])))

    return _answer(experts, products, k, scores)


def _squashed(scores: Scores) -> Scores:
    """Between 0 and 1, in the same order; vectors unknown stay 0."""
    return np.where(scores != 0, 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), 0.0).astype(np.float32)


def _answer(experts: Experts, products: Ids, k: int, scores: Callable[[Ids], Scores]) -> Neighbours:
    """The best k by the given scores, a block of products at a time; only scores above 0 count."""
    shop, answer = experts.shop, empty_neighbours(products, k)
    columns = shop.columns_of(products)
    known = np.flatnonzero(columns >= 0)
    step = rows_at_once(shop.products)
    for start in range(0, len(known), step):
        where = known[start : start + step]
        table = np.array(scores(columns[where]), dtype=np.float32)
        table[np.arange(len(where)), columns[where]] = 0.0
        best = best_columns(table, k)
        score = np.take_along_axis(table, best, axis=1)
        width = best.shape[1]
        answer.neighbour[where, :width] = np.where(score > 0, shop.product[best], NOBODY)
        answer.score[where, :width] = np.maximum(score, 0.0)
        answer.support[where, :width] = experts.cooccurrence.support(
            np.repeat(columns[where], width), best.ravel()
        ).reshape(best.shape)
    return answer
