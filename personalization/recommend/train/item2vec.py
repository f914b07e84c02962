"""item2vec (Barkan, Koenigstein 2016) on baskets, which have no order, and on visits, which have."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray

from personalization.recommend.train.answers import Scores, Vectors
from personalization.recommend.train.log import Ids
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, position

BASKET_WINDOW = 3  # each side; with a new order each epoch that is a fair draw from the whole basket, at a bounded cost
VISIT_WINDOW = 2
NEGATIVES = 4
FIRST_RATE, LAST_RATE = 0.1, 0.001
SORTED_AT_ONCE = 20_000  # sequences
CUT_AT_ONCE = 10_000
ENOUGH_KNOWN = 0.5  # with fewer products known from last night, a short training would leave the rest raw


@dataclass(frozen=True, eq=False)
class Sequences:
    """Columns of products, one sequence after another."""

    column: Ids
    start: Ids  # where each sequence begins, with the end of the last one added

    def __len__(self) -> int:
        return len(self.start) - 1

    def words(self, names: Sequence[str], *, chance: np.random.Generator | None) -> Iterator[list[str]]:
        """Sequences as gensim reads them; with chance given, each in a new order and all in a new order."""
        column, turn = self.column, np.arange(len(self))
        if chance is not None:
            column = self._shuffled(chance)
            turn = chance.permutation(turn)
        # Two look-ups in C, for a list comprehension over all words takes as long as a tenth of the training.
        flat = np.asarray(names, dtype=object)[column].tolist()
        first, last = self.start[:-1][turn].tolist(), self.start[1:][turn].tolist()
        return map(flat.__getitem__, map(slice, first, last))

    def _shuffled(self, chance: np.random.Generator) -> Ids:
        """Each sequence in a new order. Some sequences at a time: what fits into the cache is sorted quickly."""
        column, drawn = np.empty_like(self.column), chance.random(len(self.column))
        for begin in range(0, len(self), SORTED_AT_ONCE):
            edges = self.start[begin : begin + SORTED_AT_ONCE + 1]
            span = slice(int(edges[0]), int(edges[-1]))
            sequence = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
            column[span] = self.column[span][np.argsort(sequence + drawn[span])]
        return column


def train(shop: Shop, *, settings: LearnSettings, previous: Vectors | None, tick: Callable[[float], None]) -> Vectors:
    """IN and OUT vectors of every product in enough sequences; starts from the previous ones where there are any.

    gensim's own defaults lose to plain popularity on baskets: what repairs them is many epochs, each with
    every basket shuffled anew, and the OUT vectors, which gensim keeps but never shows.
    """
    kept = _vocabulary(shop, settings.minimum_baskets)
    bought, visits = _baskets(shop, kept), _visits(shop, kept)
    if len(kept) < 2 or not len(bought) + len(visits):
        return Vectors.none(size=settings.vector_size)
    model = _model(shop, kept, settings)
    names = [str(column) for column in range(shop.products)]
    warmed = _warm(model, shop, kept, previous)
    epochs = max(1, settings.epochs // 2) if warmed else settings.epochs
    with _what_is_there_stays():
        _run(model, names, bought, visits, epochs=epochs, seed=settings.seed, tick=tick)
    return Vectors(shop.product[kept], _rows(model.wv.vectors, model, kept), _rows(model.syn1neg, model, kept))


def _vocabulary(shop: Shop, minimum: int) -> Ids:
    sequences = shop.basket_counts + np.bincount(shop.visit_product, minlength=shop.products)
    return np.flatnonzero(sequences >= minimum).astype(np.int64)


def baskets(shop: Shop, minimum: int) -> Sequences:
    """What is learned of baskets: products in enough sequences, in baskets of at least two of them."""
    return _baskets(shop, _vocabulary(shop, minimum))


def _baskets(shop: Shop, kept: Ids) -> Sequences:
    table = shop.by_basket.tocoo()
    return _sequences(table.row, table.col, kept)


def _visits(shop: Shop, kept: Ids) -> Sequences:
    first = _first_looks(shop.visit_visitor, shop.visit_product)
    order = first[np.argsort(shop.visit_visitor[first], kind="stable")]
    return _sequences(shop.visit_visitor[order], shop.visit_product[order], kept)


def _first_looks(visitor: Ids, product: Ids) -> Ids:
    """Each product once in a visit, where it was looked at first.

    Who goes back and forth says no more by it, and nobody puts a product beside everything by looking at it in between.
    """
    key = visitor * (int(product.max(initial=0)) + 1) + product
    return np.sort(np.unique(key, return_index=True)[1]).astype(np.int64)


def _sequences(row: Ids, column: Ids, kept: Ids) -> Sequences:
    """Sequences of at least two kept products."""
    known = np.isin(column, kept)
    row, column = row[known], column[known]
    _, place, size = np.unique(row, return_inverse=True, return_counts=True)
    long = size[place] > 1
    starts = np.concatenate([[0], np.cumsum(size[size > 1])])
    return Sequences(column[long].astype(np.int64), starts.astype(np.int64))


def _model(shop: Shop, kept: Ids, settings: LearnSettings) -> Word2Vec:
    model = Word2Vec(
        vector_size=settings.vector_size, window=BASKET_WINDOW, sg=1, negative=NEGATIVES, sample=0, min_count=1,
        shrink_windows=False, workers=settings.workers, seed=settings.seed, alpha=FIRST_RATE, min_alpha=LAST_RATE,
    )  # fmt: skip
    counts = shop.basket_counts + np.bincount(shop.visit_product, minlength=shop.products)
    model.build_vocab_from_freq({str(column): int(counts[column]) for column in kept.tolist()})
    return model


def _warm(model: Word2Vec, shop: Shop, kept: Ids, previous: Vectors | None) -> bool:
    """Put last night's vectors in place; products it did not know keep their random start."""
    if previous is None or previous.into.shape[1:] != (model.vector_size,) or not len(previous.product):
        return False
    place = position(previous.product, shop.product[kept])
    row = np.array([model.wv.key_to_index[str(column)] for column in kept.tolist()])
    model.wv.vectors[row[place >= 0]] = previous.into[place[place >= 0]]
    model.syn1neg[row[place >= 0]] = previous.out[place[place >= 0]]
    return bool((place >= 0).mean() > ENOUGH_KNOWN)


def _run(
    model: Word2Vec, names: Sequence[str], bought: Sequences, visits: Sequences,
    *, epochs: int, seed: int, tick: Callable[[float], None],
) -> None:  # fmt: skip
    chance = np.random.default_rng(seed)
    rates = np.linspace(FIRST_RATE, LAST_RATE, epochs + 1)
    for epoch in range(epochs):
        for sequences, window, order in ((bought, BASKET_WINDOW, chance), (visits, VISIT_WINDOW, None)):
            if len(sequences):
                model.window = window
                model.train(
                    _ahead(sequences.words(names, chance=order)), total_examples=len(sequences), epochs=1,
                    start_alpha=rates[epoch], end_alpha=rates[epoch + 1],
                )  # fmt: skip
        tick((epoch + 1) / epochs)


@contextmanager
def _what_is_there_stays() -> Iterator[None]:
    """Python looks for garbage after so many new lists, and here are millions: not in all that the process holds."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _ahead(words: Iterator[list[str]]) -> Iterator[list[str]]:
    """Thousands at a time: cut one by one, each would take the interpreter from the thread of gensim's that trains."""
    while some := list(islice(words, CUT_AT_ONCE)):
        yield from some


def _rows(table: NDArray[np.float32], model: Word2Vec, kept: Ids) -> Scores:
    """gensim sorts words by frequency; we keep ours by product."""
    return np.ascontiguousarray(
        table[[model.wv.key_to_index[str(column)] for column in kept.tolist()]], dtype=np.float32
    )
