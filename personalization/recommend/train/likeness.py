"""Products to take instead, and products for a stranger: answered from one table each, nothing to weigh."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import NOBODY, Neighbours, Scores
from personalization.recommend.train.candidates import rows_at_once
from personalization.recommend.train.content import Content
from personalization.recommend.train.experts import Experts
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import position
from personalization.recommend.train.shortlist import ROWS_AT_ONCE, Pairs, of_lists, of_table, union
from personalization.recommend.train.top import best_columns

HEARSAY = 0.5  # words of a product that sells, and borrowed vectors of one that does not, weigh half
# How many times as many as are wanted a large shop weighs of each source: the two may put different things on top.
SPARE = 3
# In a large shop not everything is compared with everything: on so many products it is seen whether anything was
# missed, and where the ten best of them are not found so surely, everything is compared after all.
SAMPLE, DEPTH, ENOUGH_FOUND, SEED = 128, 10, 0.95, 20


@dataclass(frozen=True)
class Likeness:
    """One way to compare: every product at once, or the few that stand on top of its sources, with the same scores."""

    scores: Callable[[Ids], Scores]
    pairs: Callable[[Ids], tuple[Pairs, Scores]]


def similar(experts: Experts, content: Content, *, products: Ids, k: int) -> Neighbours:
    """Alike in company (IN x IN) and in words; words alone where nothing else is known."""
    return _answer(experts, products, k, _alike(experts, content, SPARE * k))


def also(experts: Experts, *, products: Ids, k: int) -> Neighbours:
    """Bought or looked at by the same people; what goes along by vectors follows where too few are known."""
    return _answer(experts, products, k, _of_the_same_people(experts, k))


def _alike(experts: Experts, content: Content, count: int) -> Likeness:
    space, words = experts.space, content.words.T.tocsr()

    def weighed(rows: Ids, company: Scores, said: Scores) -> Scores:
        sells = experts.shop.basket_counts[rows] > 0
        return np.where(sells, company + HEARSAY * said, HEARSAY * company + said)

    def scores(rows: Ids) -> Scores:
        return weighed(rows[:, None], space.alike(rows), content.likeness(rows))

    def pairs(rows: Ids) -> tuple[Pairs, Scores]:
        said = sparse.csr_matrix(content.words[rows] @ words)
        said.sort_indices()
        lists = (of_lists(space.most_alike(rows, count + 1)), of_table(said, keep=count))
        row, column = union([row for row, _ in lists], [column for _, column in lists], products=experts.shop.products)
        return (row, column), weighed(rows[row], space.alike_pairs(rows[row], column), _cells(said, row, column))

    return Likeness(scores, pairs)


def _of_the_same_people(experts: Experts, k: int) -> Likeness:
    space, likeness = experts.space, experts.neighbourhood.likeness

    def scores(rows: Ids) -> Scores:
        known = likeness[rows].toarray()
        return np.where(known > 0, 1.0 + known, _squashed(space.along(space.into[rows])))

    def pairs(rows: Ids) -> tuple[Pairs, Scores]:
        known = likeness[rows]
        short = np.flatnonzero(np.diff(known.indptr) < k + 1)
        # Whoever has enough known ones needs nobody else: those come before all others.
        place, column = of_lists(space.going_along(rows[short], 2 * k + 1))
        lists = (of_table(known, keep=k + 1), (short[place], column))
        row, column = union([row for row, _ in lists], [column for _, column in lists], products=experts.shop.products)
        met = _cells(known, row, column)
        return (row, column), np.where(met > 0, 1.0 + met, _squashed(space.along_pairs(rows[row], column)))

    return Likeness(scores, pairs)


def _cells(block: sparse.csr_matrix, row: Ids, column: Ids) -> Scores:
    """Single cells of a block with sorted rows: looked for all together."""
    width = block.shape[1]
    keys = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr)) * width + block.indices
    place = position(keys, row * width + column)
    return (
        np.where(place >= 0, block.data[place], 0.0).astype(np.float32) if len(keys) else np.zeros(len(row), np.float32)
    )


def _squashed(scores: Scores) -> Scores:
    """Between 0 and 1, in the same order; vectors unknown stay 0."""
    return np.where(scores != 0, 1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30))), 0.0).astype(np.float32)


def _answer(experts: Experts, products: Ids, k: int, likeness: Likeness) -> Neighbours:
    """The best k by the given scores, a block of products at a time; only scores above 0 count."""
    shop, answer = experts.shop, Neighbours.none(products, k)
    columns = shop.columns_of(products)
    known = np.flatnonzero(columns >= 0)
    blocks = _shortlisted if experts.is_large and _finds(experts, columns[known], likeness) else _from_all
    for where, best, score in blocks(shop.products, columns, known, k, likeness):
        width = best.shape[1]
        answer.neighbour[where, :width] = np.where(score > 0, shop.product[best], NOBODY)
        answer.score[where, :width] = np.maximum(score, 0.0)
        answer.support[where, :width] = experts.cooccurrence.support(
            np.repeat(columns[where], width), best.ravel()
        ).reshape(best.shape)
    return answer


Block = tuple[Ids, Ids, Scores]


def _from_all(products: int, columns: Ids, known: Ids, k: int, likeness: Likeness) -> Iterator[Block]:
    """Every product compared with every other."""
    step = rows_at_once(products)
    for start in range(0, len(known), step):
        where = known[start : start + step]
        table = np.array(likeness.scores(columns[where]), dtype=np.float32)
        table[np.arange(len(where)), columns[where]] = 0.0
        best = best_columns(table, k)
        yield where, best, np.take_along_axis(table, best, axis=1)


def _shortlisted(products: int, columns: Ids, known: Ids, k: int, likeness: Likeness) -> Iterator[Block]:
    """Each compared with the few that stand on top of one source or another; a score of 0 fills up."""
    for start in range(0, len(known), ROWS_AT_ONCE):
        where = known[start : start + ROWS_AT_ONCE]
        (row, column), value = likeness.pairs(columns[where])
        other = column != columns[where][row]
        row, column, value = row[other], column[other], value[other]
        order = np.lexsort((column, -value, row))
        row, column, value = row[order], column[order], value[order]
        place = np.arange(len(row)) - np.searchsorted(row, row)
        kept = place < k
        best, score = np.zeros((len(where), k), np.int64), np.zeros((len(where), k), np.float32)
        best[row[kept], place[kept]], score[row[kept], place[kept]] = column[kept], value[kept]
        yield where, best, score


def _finds(experts: Experts, columns: Ids, likeness: Likeness) -> bool:
    """The short way gives almost the same ten best as the long one, seen on some products."""
    return found_again(experts, columns, likeness) >= ENOUGH_FOUND


def found_again(experts: Experts, columns: Ids, likeness: Likeness) -> float:
    """Which part of the ten best of some products the short way finds: recall@10 against comparing everything."""
    chance = np.random.default_rng(SEED)
    some = np.sort(chance.choice(columns, min(SAMPLE, len(columns)), replace=False)) if len(columns) else columns
    products, every = experts.shop.products, np.arange(len(some))
    hits = of = 0
    short = _shortlisted(products, some, every, DEPTH, likeness)
    lists = {place: set(row[score > 0].tolist()) for where, best, values in short
             for place, row, score in zip(where.tolist(), best, values, strict=True)}  # fmt: skip
    for where, best, values in _from_all(products, some, every, DEPTH, likeness):
        for place, row, score in zip(where.tolist(), best, values, strict=True):
            true = set(row[score > 0].tolist())
            hits, of = hits + len(true & lists[place]), of + len(true)
    return hits / of if of else 1.0
