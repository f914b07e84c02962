"""Visits as walks through a shop: what was bought, aisle by aisle, with looks at alternatives and ways back."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from personalization.recommend.train.log import ShopLog
from shop_demo.bench.clicks.visits import CLICK, Clicks

NEIGHBOURING, DETOUR, BACK, WHIM = 0.65, 0.25, 0.12, 0.05
USUAL_LENGTH = 4.0
Chance = np.random.Generator


class Shelves:
    """Which products stand beside each other, and what was bought of each shelf, purchase by purchase."""

    def __init__(self, log: ShopLog) -> None:
        shown = log.catalogue
        aisle = shown.category if shown.aisle is None else shown.aisle
        self.leaf = dict(zip(shown.product.tolist(), shown.category.tolist(), strict=True))
        self.aisle = dict(zip(shown.product.tolist(), aisle.tolist(), strict=True))
        self.lines = log.purchases.product
        self.bought: dict[int, list[int]] = defaultdict(list)
        for product in log.purchases.product.tolist():
            self.bought[self.leaf[product]].append(product)

    def anything(self, chance: Chance) -> int:
        """A whim: any product, as often as it is bought."""
        return int(self.lines[int(chance.integers(len(self.lines)))])

    def other(self, product: int, chance: Chance) -> int:
        """Something from the same shelf, as often as it is bought."""
        shelf = self.bought[self.leaf[product]]
        return shelf[int(chance.integers(len(shelf)))]


def walks(log: ShopLog, *, visits: int, seed: int) -> Clicks:
    """So many visits, each on the way to one real basket."""
    chance, shelves = np.random.default_rng(seed), Shelves(log)
    clicks: Clicks = []
    for number, (day, basket) in enumerate(drawn_baskets(log, visits, chance)):
        seen = _walk(basket, shelves, chance)
        clicks += [(number, day + place * CLICK, product) for place, product in enumerate(seen)]
    return clicks


def drawn_baskets(log: ShopLog, count: int, chance: Chance) -> list[tuple[float, list[int]]]:
    """Baskets of two products and more, oldest first."""
    lines = log.purchases
    order = np.argsort(lines.basket, kind="stable")
    edges = np.flatnonzero(np.diff(lines.basket[order])) + 1
    rows = [row for row in np.split(order, edges) if len(row) > 1]
    kept = chance.permutation(len(rows))[:count]
    baskets = [
        (float(lines.day[rows[one][0]]), sorted(set(lines.product[rows[one]].tolist()))) for one in kept.tolist()
    ]
    return sorted((one for one in baskets if len(one[1]) > 1), key=lambda one: one[0])


def _walk(basket: Sequence[int], shelves: Shelves, chance: Chance) -> list[int]:
    length = min(len(basket), 2 + int(chance.poisson(USUAL_LENGTH - 2)))
    left = chance.permutation(np.array(basket))[:length].tolist()
    seen: list[int] = []
    while left:
        product = _nearby(seen[-1], left, shelves, chance) if seen else left[0]
        left.remove(product)
        if chance.random() < DETOUR:
            seen.append(shelves.other(product, chance))
        seen.append(product)
        if chance.random() < BACK:
            seen.append(seen[int(len(seen) * chance.random() ** 0.5)])
        if chance.random() < WHIM:
            seen.append(shelves.anything(chance))
    return seen


def _nearby(last: int, left: Sequence[int], shelves: Shelves, chance: Chance) -> int:
    """From the same shelf, else from the same aisle, else anything; now and then anything at once."""
    if chance.random() < NEIGHBOURING:
        for place in (shelves.leaf, shelves.aisle):
            beside = [one for one in left if place.get(one) == place.get(last)]
            if beside:
                return beside[int(chance.integers(len(beside)))]
    return left[int(chance.integers(len(left)))]
