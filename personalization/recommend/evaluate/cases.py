"""Questions about the days held out, each with what was then bought or looked at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train.log import Ids, Purchases, ShopLog, Visits
from personalization.recommend.train.trial import hold_out

MOST = 1500
SEED = 7
Truth = Mapping[int, float]  # product -> the money it brought


@dataclass(frozen=True, eq=False)
class Cases:
    """What was known when each question was asked, oldest first, and the answer that time gave."""

    asked: Sequence[Ids]  # products, or the one number of a shopper
    truths: Sequence[Truth]
    are_people: bool = False  # then the number that is asked about is no product's

    def __len__(self) -> int:
        return len(self.asked)


@dataclass(frozen=True, eq=False)
class Exam:
    """What may be learned, what came after, and the questions by kind."""

    before: ShopLog
    after: Purchases
    day: float
    kinds: Mapping[str, Cases]


PEOPLE, NOVEL, PRODUCTS, BASKETS, VISITS = "people", "novel", "products", "baskets", "visits"


def exam(log: ShopLog, *, days: float) -> Exam:
    """The last days held out; nothing of them is learned. The same log gives the same questions."""
    before, after = hold_out(log, days=days)
    day = float(after.day.min()) if len(after.day) else log.last_day
    known = np.unique(before.purchases.product)
    after = after.only(np.argsort(after.day, kind="stable"))
    bought = after.only(np.isin(after.product, known))
    seen = log.visits.only(log.visits.day >= day)
    chance = np.random.default_rng(SEED)
    kinds = {
        PEOPLE: _people(before.purchases, bought, chance),
        NOVEL: _novel(before.purchases, bought, chance),
        PRODUCTS: _mates(bought, chance, keep=1),
        BASKETS: _mates(bought, chance, keep=None),
        VISITS: _visits(seen, chance),
    }
    return Exam(before, after, day, kinds)


def _people(before: Purchases, after: Purchases, chance: np.random.Generator) -> Cases:
    """Each known shopper's first basket."""
    first: dict[int, int] = {}
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for shopper, basket, product, value in _lines(_known(before, after)):
        if first.setdefault(shopper, basket) == basket:
            found[shopper][product] += value
    return _of_shoppers(found, chance)


def _novel(before: Purchases, after: Purchases, chance: np.random.Generator) -> Cases:
    """What each known shopper bought for the first time."""
    had = set(zip(before.shopper.tolist(), before.product.tolist(), strict=True))
    found: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for shopper, _basket, product, value in _lines(_known(before, after)):
        if (shopper, product) not in had:
            found[shopper][product] += value
    return _of_shoppers(found, chance)


def _known(before: Purchases, after: Purchases) -> Purchases:
    return after.only(np.isin(after.shopper, before.shopper[before.shopper >= 0]))


def _of_shoppers(found: Mapping[int, Truth], chance: np.random.Generator) -> Cases:
    shoppers = _drawn(sorted(found), chance)
    return Cases([np.array([one], dtype=np.int64) for one in shoppers], [dict(found[one]) for one in shoppers],
                 are_people=True)  # fmt: skip


def _mates(after: Purchases, chance: np.random.Generator, *, keep: int | None) -> Cases:
    """Baskets of two and more: one product is told and the rest asked for, or all but one are told."""
    baskets: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for _shopper, basket, product, value in _lines(after):
        baskets[basket][product] += value
    full = _drawn([one for one in sorted(baskets) if len(baskets[one]) > 1], chance)
    asked, truths = [], []
    for goods in (baskets[one] for one in full):
        order = chance.permutation(np.array(sorted(goods), dtype=np.int64))
        told = order[: len(order) - 1 if keep is None else keep]
        asked.append(told)
        truths.append({one: goods[one] for one in order[len(told) :].tolist()})
    return Cases(asked, truths)


def _visits(seen: Visits, chance: np.random.Generator) -> Cases:
    """What was looked at next, at a place of the visit drawn by lot."""
    paths: dict[int, list[int]] = defaultdict(list)
    for visitor, product in zip(seen.visitor.tolist(), seen.product.tolist(), strict=True):
        if not paths[visitor] or paths[visitor][-1] != product:
            paths[visitor].append(product)
    asked, truths = [], []
    for path in (paths[one] for one in _drawn([one for one in sorted(paths) if len(paths[one]) > 1], chance)):
        place = int(chance.integers(1, len(path)))
        asked.append(np.array(path[:place], dtype=np.int64))
        truths.append({path[place]: 0.0})
    return Cases(asked, truths)


def _drawn(ones: Sequence[int], chance: np.random.Generator) -> list[int]:
    return sorted(chance.choice(ones, MOST, replace=False).tolist()) if len(ones) > MOST else list(ones)


def _lines(lines: Purchases) -> list[tuple[int, int, int, float]]:
    value = lines.quantity * lines.price
    columns = (lines.shopper.tolist(), lines.basket.tolist(), lines.product.tolist(), value.tolist())
    return list(zip(*columns, strict=True))
