"""Visits as comparisons: one thing is wanted, and what its buyers also take of the same aisle is looked at in turn."""

from collections import defaultdict

import numpy as np

from personalization.recommend.train.log import Purchases, ShopLog
from shop_demo.bench.clicks.visits import CLICK, Clicks
from shop_demo.bench.clicks.walks import Chance, Shelves, drawn_baskets

RETURN, SECOND_WISH, OWN_EYES, STRAY = 0.3, 0.3, 0.6, 0.08
USUAL_ROUND = 2.0
MOST_WISHES = 3


class Buyers:
    """Who bought what of each aisle."""

    def __init__(self, purchases: Purchases, shelves: Shelves) -> None:
        self.of: dict[int, list[int]] = defaultdict(list)
        self.taken: dict[tuple[int, int], list[int]] = defaultdict(list)
        for shopper, product in zip(purchases.shopper.tolist(), purchases.product.tolist(), strict=True):
            self.of[product].append(shopper)
            self.taken[shopper, shelves.aisle[product]].append(product)


def comparisons(log: ShopLog, *, visits: int, seed: int) -> Clicks:
    """So many visits; each goes round one product of a real basket, sometimes two or three one after another."""
    chance, shelves = np.random.default_rng(seed), Shelves(log)
    buyers = Buyers(log.purchases, shelves)
    clicks: Clicks = []
    for number, (day, basket) in enumerate(drawn_baskets(log, visits, chance)):
        seen: list[int] = []
        for wish in chance.permutation(np.array(basket))[:MOST_WISHES].tolist():
            seen += _round(wish, shelves, buyers, chance)
            if chance.random() > SECOND_WISH:
                break
        clicks += [(number, day + place * CLICK, product) for place, product in enumerate(seen)]
    return clicks


def _round(wish: int, shelves: Shelves, buyers: Buyers, chance: Chance) -> list[int]:
    """Others of the aisle that one buyer of the wished product takes, and ways back to it; it ends with it or not."""
    people = buyers.of[wish]
    buyer = people[int(chance.integers(len(people)))]
    known = buyers.taken[buyer, shelves.aisle[wish]]
    seen = [wish] if chance.random() < OWN_EYES else []
    for _ in range(1 + int(chance.poisson(USUAL_ROUND - 1))):
        is_stray = chance.random() < STRAY
        seen.append(shelves.other(wish, chance) if is_stray else known[int(chance.integers(len(known)))])
        if chance.random() < RETURN:
            seen.append(wish)
    return [*seen, wish] if chance.random() < OWN_EYES else seen
