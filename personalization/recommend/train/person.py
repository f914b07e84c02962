"""What kind of shopper somebody is: how often they come, how much they take, how fond they are of the new."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.shop import Shop

PRIOR_DAYS = 14.0


@dataclass(frozen=True, eq=False)
class Person:
    """One value for each shopper, and how far a product's price is from what they usually pay for its kind."""

    told: Mapping[str, Scores]
    last: Floats
    gap: Floats
    own_tier: Scores
    tier: Scores

    @classmethod
    def learn(cls, shop: Shop, tier: Scores) -> "Person":
        """Look at each shopper's baskets as a whole."""
        mine = shop.basket_shopper >= 0
        owner, day = shop.basket_shopper[mine], shop.basket_day[mine]
        count = np.bincount(owner, minlength=shop.shoppers).astype(np.float64)
        first, last = np.full(shop.shoppers, np.inf), np.full(shop.shoppers, -np.inf)
        np.minimum.at(first, owner, day)
        np.maximum.at(last, owner, day)
        table = shop.by_shopper
        different = np.diff(table.indptr).astype(np.float64)
        lines = np.asarray(table.sum(axis=1), dtype=np.float64).ravel()
        own_tier = (np.asarray(table @ tier, dtype=np.float64).ravel() + 1.0) / (lines + 2.0)
        told = {
            "person_baskets": np.log1p(count),
            "person_size": np.log1p(lines / np.maximum(count, 1.0)),
            "person_range": np.log1p(different),
            "person_newness": different / np.maximum(lines, 1.0),
            "person_tier": own_tier,
        }
        gap = (last - first + PRIOR_DAYS) / np.maximum(count, 1.0)
        return cls(
            {name: values.astype(np.float32) for name, values in told.items()},
            last, np.maximum(gap, 0.1), own_tier.astype(np.float32), tier,
        )  # fmt: skip

    def about(self, rows: Ids, columns: Ids, *, now_day: float) -> Mapping[str, Scores]:
        """The shopper's own rhythm, and the price next to it."""
        days = np.maximum(now_day - self.last[rows], 0.0)
        return {name: values[rows] for name, values in self.told.items()} | {
            "person_gap": np.log(self.gap[rows]).astype(np.float32),
            "person_away": np.log1p(days / self.gap[rows]).astype(np.float32),
            "tier_gap": self.tier[columns] - self.own_tier[rows],
        }
