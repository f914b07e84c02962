"""How a product stands in the shop: how it sells, to whom, since when and at what price."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.popularity import baskets_since
from personalization.recommend.train.shop import Shop

WINDOWS = (7.0, 28.0, 56.0)
RECENT_DAYS = 28.0
SALE_DAYS = 14.0


@dataclass(frozen=True, eq=False)
class Standing:
    """One value for each product: the same for everybody who asks."""

    told: Mapping[str, Scores]
    tier: Scores  # place by price within its category, 0 cheapest to 1 dearest; .5 unknown

    @classmethod
    def learn(cls, shop: Shop) -> "Standing":
        """Count, by product, what the log tells."""
        recent = {days: baskets_since(shop, shop.now_day - days) for days in WINDOWS}
        before = baskets_since(shop, shop.now_day - 2 * RECENT_DAYS) - recent[RECENT_DAYS]
        price, sale = _prices(shop)
        first, last = _edges(shop)
        told = {
            "sold": np.log1p(shop.basket_counts),
            **{f"sold_{days:.0f}": np.log1p(count) for days, count in recent.items()},
            "growth": np.log((recent[RECENT_DAYS] + 2.0) / (before + 2.0)),
            "age": np.log1p(np.maximum(shop.now_day - first, 0.0)),
            "unsold_days": np.log1p(np.maximum(shop.now_day - last, 0.0)),
            "price": price,
            "sale": sale,
            **_buyers(shop),
            **_shares(shop, recent[RECENT_DAYS]),
        }
        tier = _tiers(shop, price)
        told["tier"] = tier
        return cls({name: values.astype(np.float32) for name, values in told.items()}, tier.astype(np.float32))

    def about(self, rows: Ids, columns: Ids, *, now_day: float) -> Mapping[str, Scores]:
        """Whoever asks."""
        return {name: values[columns] for name, values in self.told.items()}


def _edges(shop: Shop) -> tuple[Floats, Floats]:
    """Day of the first and of the last sale; today for a product without any."""
    first, last = np.full(shop.products, shop.now_day), np.full(shop.products, -np.inf)
    np.minimum.at(first, shop.line_product, shop.line_day)
    np.maximum.at(last, shop.line_product, shop.line_day)
    return first, np.where(np.isfinite(last), last, shop.now_day)


def _buyers(shop: Shop) -> Mapping[str, Floats]:
    """How many different shoppers, how loyal they are, and how many of them are new lately."""
    table = shop.by_shopper
    buyers = np.bincount(table.indices, minlength=shop.products).astype(np.float64)
    repeated = np.bincount(table.indices, table.data > 1, shop.products)
    baskets = np.bincount(table.indices, table.data, shop.products)
    basket, column = shop.pairs
    old = (shop.basket_day[basket] < shop.now_day - RECENT_DAYS) & (shop.basket_shopper[basket] >= 0)
    before = shop.per_shopper(basket[old], column[old], np.ones(int(old.sum()), np.float32))
    newcomers = buyers - np.bincount(before.indices, minlength=shop.products)
    return {
        "buyers": np.log1p(buyers),
        "loyalty": np.log((baskets + 3.0) / (buyers + 2.0)),
        "repeaters": (repeated + 1.0) / (buyers + 4.0),
        "newcomers": np.log1p(newcomers),
    }


def _shares(shop: Shop, recent: Floats) -> Mapping[str, Floats]:
    """Which part of the recent sales of each of its groups is its own."""
    return {
        f"share_of_{name}": (recent + 1e-3) / (np.bincount(group, recent + 1e-3)[group])
        for name, group in shop.groups.items()
    }


def _prices(shop: Shop) -> tuple[Floats, Floats]:
    """Log of the usual price of a piece, and how far below it was sold in the last days."""
    priced = shop.line_price > 0
    column, price = shop.line_product[priced], np.log(shop.line_price[priced])
    late = shop.line_day[priced] >= shop.now_day - SALE_DAYS
    count = np.bincount(column, minlength=shop.products)
    usual = np.bincount(column, price, shop.products) / np.maximum(count, 1)
    lately = np.bincount(column[late], minlength=shop.products)
    now = (np.bincount(column[late], price[late], shop.products) + usual) / (lately + 1.0)
    return usual, usual - now


def _tiers(shop: Shop, price: Floats) -> Floats:
    order = np.lexsort((price, shop.category))
    size = np.bincount(shop.category)
    start = np.concatenate([[0], np.cumsum(size)[:-1]]) if len(size) else np.empty(0, np.int64)
    tier = np.empty(shop.products)
    tier[order] = (np.arange(shop.products) - start[shop.category[order]] + 0.5) / size[shop.category[order]]
    return np.where(shop.basket_counts > 0, tier, 0.5)
