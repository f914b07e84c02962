"""Small shops written by hand, as the learners see them."""

from collections.abc import Iterable, Sequence

import numpy as np

from personalization.recommend.train.log import Catalogue, Purchases, ShopLog, Visits

MILK, BREAD, BUTTER, JAM, CANDLE, SOAP = 11, 12, 13, 14, 15, 16
FOOD, HOME = 1, 2
ANNA, BORIS, CLARA, STRANGER = 101, 102, 103, -1

SHELVES = {
    MILK: (FOOD, "fresh milk"),
    BREAD: (FOOD, "rye bread"),
    BUTTER: (FOOD, "fresh butter"),
    JAM: (FOOD, "plum jam"),
    CANDLE: (HOME, "wax candle"),
    SOAP: (HOME, "olive soap"),
}

# (shopper, basket, day, products): 20 lines in 8 baskets
BASKETS = (
    (ANNA, 1, 1.0, (MILK, BREAD, BUTTER)),
    (BORIS, 2, 3.0, (MILK, BREAD)),
    (CLARA, 3, 5.0, (CANDLE, SOAP)),
    (ANNA, 4, 11.0, (MILK, BREAD)),
    (STRANGER, 5, 12.0, (BREAD, BUTTER, JAM)),
    (ANNA, 6, 21.0, (MILK, CANDLE)),
    (BORIS, 7, 22.0, (BREAD, BUTTER, JAM)),
    (CLARA, 8, 23.0, (SOAP, MILK, BREAD)),
)


def log_of(
    baskets: Iterable[tuple[int, int, float, Sequence[int]]] = BASKETS,
    *,
    visits: Iterable[tuple[int, float, int]] = (),
    shelves: dict[int, tuple[int, str]] = SHELVES,
) -> ShopLog:
    """A log of whole baskets, one of each product at price 1."""
    lines = [(shopper, basket, product, day) for shopper, basket, day, products in baskets for product in products]
    shopper, basket, product, day = _columns(lines, 4)
    visitor, seen_day, seen = _columns(visits, 3)
    return ShopLog(
        Purchases(
            _ids(shopper), _ids(basket), _ids(product), np.array(day, float), np.ones(len(day)), np.ones(len(day))
        ),
        Visits(_ids(visitor), _ids(seen), np.array(seen_day, float)),
        Catalogue(
            _ids(shelves),
            _ids(category for category, _ in shelves.values()),
            tuple(text for _, text in shelves.values()),
        ),
    )


def weekly_shop(*, weeks: int = 20, shoppers: int = 30) -> ShopLog:
    """Weekly baskets: breakfast people want bread, butter and jam, home people candles and soap, all of them milk."""
    chance = np.random.default_rng(5)
    baskets = []
    for week in range(weeks):
        for shopper in range(1, shoppers + 1):
            kinds = (BREAD, BUTTER, JAM) if shopper % 2 else (CANDLE, SOAP)
            products = [MILK, *(kind for kind in kinds if chance.random() < 0.7)]
            baskets.append((shopper, week * 1000 + shopper, week * 7 + shopper / 100, products))
    return log_of(baskets)


def _columns(rows: Iterable[tuple], count: int) -> list[list]:  # type: ignore[type-arg]
    rows = list(rows)
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


def _ids(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)
