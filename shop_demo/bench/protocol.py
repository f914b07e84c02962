"""What is asked of every recommender: the same cut, the same vocabulary, the same cases."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.log import Catalogue, Ids, Purchases, ShopLog
from shop_demo.bench.journey import FIRST_DAY

K = 10
WEEK = 7.0
CUT_DAY = FIRST_DAY + 42 * WEEK
TUNING_DAY = FIRST_DAY + 38 * WEEK
NOVEL_DAYS = 28.0
BASKETS_TO_COUNT = 20
ITEM_CASES = 2500
SEED = 7


@dataclass(frozen=True, eq=False)
class Cases:
    """Who or what is asked about, and the products that were then bought."""

    asked: Ids
    truths: tuple[frozenset[int], ...]

    def first(self, count: int) -> "Cases":
        """A smaller set of cases, for a smoke test."""
        return Cases(self.asked[:count], self.truths[:count])


@dataclass(frozen=True, eq=False)
class Exam:
    """One cut in time: what may be learned, and three sets of questions about what came after."""

    train: ShopLog
    cut_day: float
    next: Cases
    novel: Cases
    item_to_item: Cases


def exam(log: ShopLog, *, cut_day: float) -> Exam:
    """Split at the cut; only products in at least 20 training baskets are learned, offered and asked for."""
    before, after = _split(log.purchases, cut_day)
    before = before.only(np.isin(before.product, _frequent(before)))
    after = after.only(np.isin(after.product, np.unique(before.product)))
    known = after.only(np.isin(after.shopper, np.unique(before.shopper)))
    return Exam(
        train=replace(log, purchases=before, catalogue=_shown(log.catalogue, np.unique(before.product))),
        cut_day=cut_day,
        next=_next_cases(known),
        novel=_novel_cases(before, known.only(known.day < cut_day + NOVEL_DAYS)),
        item_to_item=_item_cases(after),
    )


def exams(log: ShopLog) -> tuple[Exam, Exam]:
    """The test, and the weeks before it to choose knobs on, which end where the test begins."""
    return exam(log, cut_day=CUT_DAY), exam(log.until(CUT_DAY), cut_day=TUNING_DAY)


def _split(purchases: Purchases, day: float) -> tuple[Purchases, Purchases]:
    return purchases.only(purchases.day < day), purchases.only(purchases.day >= day)


def _frequent(purchases: Purchases) -> Ids:
    pairs = np.unique(np.stack([purchases.product, purchases.basket], axis=1), axis=0)
    products, baskets = np.unique(pairs[:, 0], return_counts=True)
    return products[baskets >= BASKETS_TO_COUNT]


def _shown(catalogue: Catalogue, products: Ids) -> Catalogue:
    return catalogue.only(np.flatnonzero(np.isin(catalogue.product, products)))


def _next_cases(after: Purchases) -> Cases:
    _, first_line = np.unique(after.shopper, return_index=True)
    first_baskets = after.only(np.isin(after.basket, after.basket[first_line]))
    return _grouped(first_baskets.shopper, first_baskets.product)


def _novel_cases(before: Purchases, after: Purchases) -> Cases:
    bought = set(zip(before.shopper.tolist(), before.product.tolist(), strict=True))
    new = np.array([pair not in bought for pair in zip(after.shopper.tolist(), after.product.tolist(), strict=True)])
    return _grouped(after.shopper[new], after.product[new])


def _item_cases(after: Purchases) -> Cases:
    baskets = [sorted(basket) for basket in _grouped(after.basket, after.product).truths if len(basket) > 1]
    chance = np.random.default_rng(SEED)
    chosen = chance.permutation(len(baskets))[:ITEM_CASES]
    asked = [int(chance.integers(len(baskets[row]))) for row in chosen]
    return Cases(
        np.array([baskets[row][place] for row, place in zip(chosen, asked, strict=True)], dtype=np.int64),
        tuple(frozenset(baskets[row]) - {baskets[row][place]} for row, place in zip(chosen, asked, strict=True)),
    )


def _grouped(asked: NDArray[np.int64], products: NDArray[np.int64]) -> Cases:
    order = np.argsort(asked, kind="stable")
    keys, starts = np.unique(asked[order], return_index=True)
    edges = [*starts.tolist(), len(order)]
    return Cases(keys, tuple(frozenset(products[order[start:stop]].tolist()) for start, stop in pairwise(edges)))


def sample(log: ShopLog) -> ShopLog:
    """Every tenth shopper of the year: answers in seconds, figures mean nothing."""
    return replace(log, purchases=log.purchases.only(log.purchases.shopper % 10 == 0))
