"""Two products side by side: what each of them is, and what is known of the pair beyond common baskets."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.neighbourhood import Neighbourhood
from personalization.recommend.train.shop import Shop, cells
from personalization.recommend.train.standing import Standing

OF_ASKED = ("sold", "sold_28", "buyers", "loyalty", "price", "share_of_category")


@dataclass(frozen=True, eq=False)
class Company:
    """Asked for pairs of products; the first of each is the one somebody looks at."""

    shop: Shop
    standing: Standing
    cooccurrence: Cooccurrence
    neighbourhood: Neighbourhood
    basket_size: Scores  # by product: how large the baskets are that hold it

    @classmethod
    def learn(
        cls, shop: Shop, standing: Standing, cooccurrence: Cooccurrence, neighbourhood: Neighbourhood
    ) -> "Company":
        """Only the size of baskets is new; the rest is known already."""
        size = np.diff(shop.by_basket.indptr).astype(np.float64)
        total = np.asarray(shop.by_basket.T @ size).ravel()
        mean = total / np.maximum(np.asarray(shop.by_basket.sum(axis=0)).ravel(), 1.0)
        return cls(shop, standing, cooccurrence, neighbourhood, np.log1p(mean).astype(np.float32))

    def about(self, rows: Ids, columns: Ids, *, now_day: float) -> Mapping[str, Scores]:
        """How the pair goes together, and what the two have in common."""
        told, both = self.standing.told, self._common(rows, columns)
        return (
            {f"asked_{name}": told[name][rows] for name in OF_ASKED}
            | {f"same_{name}": (way[rows] == way[columns]).astype(np.float32) for name, way in self.shop.groups.items()}
            | {
                "asked_size": self.basket_size[rows],
                "size": self.basket_size[columns],
                "price_gap": told["price"][columns] - told["price"][rows],
                "tier_gap": self.standing.tier[columns] - self.standing.tier[rows],
                "common_buyers": cells(self.neighbourhood.likeness, rows, columns),
                **both,
            }
        )

    def _common(self, rows: Ids, columns: Ids) -> Mapping[str, Scores]:
        count, together = self.cooccurrence.count, self.cooccurrence.support(rows, columns).astype(np.float64)
        expected = (count[rows] + 1.0) * (count[columns] + 1.0) / (self.shop.baskets + 1.0)
        fading = cells(self.cooccurrence.fading, rows, columns)
        return {
            "lift": _small(np.log((together + 1.0) / (expected + 1.0))),
            "overlap": _small(together / np.sqrt((count[rows] + 1.0) * (count[columns] + 1.0))),
            "other_way": _small(together / (count[columns] + 5.0)),
            "freshness": _small(fading / (together + 1.0)),
        }


def _small(values: Floats | sparse.csr_matrix) -> Scores:
    return np.asarray(values, dtype=np.float32)
