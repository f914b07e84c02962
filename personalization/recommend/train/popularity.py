"""What sells, and what sells better lately than it used to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from personalization.recommend.train.answers import Reason, Scores
from personalization.recommend.train.learner import Evidence
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.shortlist import Pairs, for_all
from personalization.recommend.train.top import best_columns

WINDOWS = (7.0, 28.0)


@dataclass(frozen=True, eq=False)
class Popularity:
    """The same table for everybody: log baskets of the last days, and the trend."""

    tables: Mapping[str, Scores]

    depth: ClassVar[Mapping[str, int]] = {"popular_28": 50, "popular_7": 20, "trend": 20}
    reasons: ClassVar[Mapping[str, Reason]] = {"popular_28": Reason.POPULAR, "trend": Reason.TREND}

    @classmethod
    def learn(cls, shop: Shop) -> "Popularity":
        """Count baskets by window."""
        recent = {days: baskets_since(shop, shop.now_day - days) for days in WINDOWS}
        return cls(
            {f"popular_{days:.0f}": _log(count) for days, count in recent.items()}
            | {"trend": trend(shop, recent[28.0], shop.basket_counts)}
        )

    def evidence(self, rows: Ids, *, now_day: float) -> Evidence:
        """Every row gets the same scores."""
        return {name: np.broadcast_to(table, (len(rows), len(table))) for name, table in self.tables.items()}

    def shortlist(self, rows: Ids) -> Pairs:
        """The top of each table, for everybody the same."""
        tops = [best_columns(self.tables[name][None, :], count)[0] for name, count in self.depth.items()]
        return for_all(len(rows), np.unique(np.concatenate(tops)))

    def told(self, rows: Ids, columns: Ids) -> Evidence:
        """The column's own score."""
        return {name: table[columns] for name, table in self.tables.items()}


def baskets_since(shop: Shop, day: float) -> Floats:
    """In how many baskets from that day on each product was."""
    basket, column = shop.pairs
    return np.bincount(column[shop.basket_day[basket] >= day], minlength=shop.products).astype(np.float64)


def trend(shop: Shop, recent: Floats, everything: Floats) -> Scores:
    """log((recent + 1)^.7 / (all + 1)^.3): a product that picks up beats one that only used to sell.

    The plain ratio (exponents 1, 1) would put single sales of unknown products on top.
    """
    return np.asarray(0.7 * np.log1p(recent) - 0.3 * np.log1p(everything), dtype=np.float32)


def _log(count: Floats) -> Scores:
    return np.log1p(count).astype(np.float32)
