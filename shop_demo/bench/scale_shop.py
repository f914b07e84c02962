"""A large shop made up from a seed: goods that everybody buys and a long tail, habits, and goods that go together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.log import STRANGER, Catalogue, Floats, Ids, Purchases, ShopLog, Visits

Chance = np.random.Generator
NOW, DAYS = 20_000.0, 365.0
SKEW = 0.8  # of popularity over ranks, as Zipf's law has it
BOUGHT = 0.3  # of all events; the others are looks
LINES, LOOKS = 3, 4  # the mean of a basket and of a visit
LIKED, FAVOURITES, MATES = 4, 8, 6  # categories of a shopper, goods they come back for, companions of a product
SHOPPER_EVENTS = 30
PRODUCTS_OF_A_CATEGORY, CATEGORIES_OF_AN_AISLE = 150, 20
STRANGERS = 0.2
WORDS = 4000


@dataclass(frozen=True, eq=False)
class Goods:
    """The catalogue as the makers of events need it."""

    category: Ids
    # Products in the order of their categories, the most popular of each first; where each category begins.
    shelf: Ids
    start: Ids
    cumulated: Floats  # popularity, by product
    mates: Ids  # [products, MATES]

    def popular(self, count: int, chance: Chance) -> Ids:
        """Goods drawn by what everybody buys."""
        found: Ids = np.searchsorted(self.cumulated, chance.random(count) * self.cumulated[-1]).astype(np.int64)
        return found

    def of(self, category: Ids, chance: Chance) -> Ids:
        """One of each category, the popular ones more often."""
        size = self.start[category + 1] - self.start[category]
        place = (size * chance.random(len(category)) ** 2.5).astype(np.int64)
        found: Ids = self.shelf[self.start[category] + place]
        return found

    def beside(self, product: Ids, chance: Chance) -> Ids:
        """A companion of each."""
        found: Ids = self.mates[product, (MATES * chance.random(len(product)) ** 2).astype(np.int64)]
        return found


def made_up(*, products: int, events: int, seed: int = 20) -> ShopLog:
    """The log of one year. Product ids count from 1, shoppers and baskets from 0."""
    chance = np.random.default_rng(seed)
    goods = _goods(products, chance)
    purchases = _purchases(goods, int(events * BOUGHT), max(events // SHOPPER_EVENTS, 2), chance)
    visits = _visits(goods, events - int(events * BOUGHT), chance)
    return ShopLog(purchases, visits, _catalogue(goods, chance))


def _goods(products: int, chance: Chance) -> Goods:
    categories = max(products // PRODUCTS_OF_A_CATEGORY, 2)
    category = chance.integers(categories, size=products)
    popularity = (chance.permutation(products) + 1.0) ** -SKEW
    shelf = np.lexsort((-popularity, category)).astype(np.int64)
    start = np.searchsorted(category[shelf], np.arange(categories + 1)).astype(np.int64)
    # A category without goods is nobody's: its draws fall on the one after it.
    start = np.minimum(start, products - 1)
    cumulated = np.cumsum(popularity)
    drawn = np.searchsorted(cumulated, chance.random((products, MATES)) * cumulated[-1])
    return Goods(category, shelf, start, cumulated, drawn.astype(np.int64))


def _purchases(goods: Goods, lines: int, shoppers: int, chance: Chance) -> Purchases:
    size = 1 + chance.poisson(LINES - 1, size=lines // LINES + 1)
    size = size[: int(np.searchsorted(np.cumsum(size), lines)) + 1]
    basket = np.repeat(np.arange(len(size)), size)[:lines]
    lines = len(basket)  # by chance there may be a few less
    liked = chance.integers(len(goods.start) - 1, size=(shoppers, LIKED))
    favourite = goods.of(liked[:, np.arange(FAVOURITES) % LIKED].ravel(), chance).reshape(shoppers, FAVOURITES)
    owner = _often(shoppers, len(size), chance)
    who = owner[basket]
    kind = chance.random(lines)
    product = goods.popular(lines, chance)
    habit, taste = kind < 0.35, (kind >= 0.35) & (kind < 0.65)
    product[habit] = favourite[who[habit], chance.integers(FAVOURITES, size=int(habit.sum()))]
    product[taste] = goods.of(liked[who[taste], chance.integers(LIKED, size=int(taste.sum()))], chance)
    follows = np.flatnonzero((chance.random(lines) < 0.3) & (np.append(-1, basket[:-1]) == basket))
    product[follows] = goods.beside(product[follows - 1], chance)
    day = np.sort(NOW - DAYS * chance.random(len(size)))[basket]
    stranger = chance.random(len(size))[basket] < STRANGERS
    price = np.exp(chance.normal(2.0, 1.0, len(goods.category)))[product].astype(np.float64)
    return Purchases(np.where(stranger, STRANGER, who), basket, product + 1, day, np.ones(lines), price)


def _often(shoppers: int, baskets: int, chance: Chance) -> Ids:
    """Whose basket it is: a fifth of the shoppers come back for most of them."""
    return (shoppers * chance.random(baskets) ** 2).astype(np.int64)


def _visits(goods: Goods, looks: int, chance: Chance) -> Visits:
    visitor = np.repeat(np.arange(looks // LOOKS + 1), LOOKS)[:looks]
    first = goods.popular(looks // LOOKS + 1, chance)[visitor]
    kind = chance.random(looks)
    product = goods.of(goods.category[first], chance)
    product[kind < 0.25] = first[kind < 0.25]
    product[kind > 0.8] = goods.beside(first[kind > 0.8], chance)
    day = np.sort(NOW - DAYS * chance.random(looks // LOOKS + 1))[visitor]
    return Visits(visitor, product + 1, day)


def _catalogue(goods: Goods, chance: Chance) -> Catalogue:
    products, categories = len(goods.category), len(goods.start) - 1
    words = np.array([f"word{number}" for number in range(WORDS)])
    drawn = words[(WORDS * chance.random((products, 4)) ** 2).astype(np.int64)]
    common = words[chance.integers(WORDS, size=(categories, 2))][goods.category]
    text = tuple(" ".join(row) for row in np.concatenate([drawn, common], axis=1).tolist())
    maker: NDArray[np.int64] = (300 * chance.random(products) ** 2).astype(np.int64)
    return Catalogue(
        np.arange(1, products + 1), goods.category, text, aisle=goods.category // CATEGORIES_OF_AN_AISLE, maker=maker
    )
