"""What a shopper did with each thing they ever bought: how often, how lately, and whether it is due."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.shop import Shop, position

HALF_LIVES = (20.0, 60.0)
PRIOR_GAPS = 1.0  # how many gaps of its own a shopper needs to be believed as much as the shop
PRIOR_DAYS = 30.0  # the usual gap of a thing that nobody bought twice
NEVER = -8.0  # below the recency of anything bought in the last eight years


@dataclass(frozen=True, eq=False)
class History:
    """Pairs of shopper and thing, ascending; a thing is a product, or a group of them such as a category."""

    name: str
    thing: Ids  # column of the shop -> thing
    things: int
    key: Ids  # shopper * things + thing
    told: Mapping[str, Scores]  # what never changes with the day of asking
    last: Floats
    gap: Scores  # own days between purchases, drawn towards the usual ones while there are few
    usual: Scores

    @classmethod
    def learn(cls, shop: Shop, *, name: str, thing: Ids) -> "History":
        """Count baskets by shopper and thing; several products of one group in a basket are one basket."""
        things = int(thing.max(initial=-1)) + 1
        basket, column = shop.pairs
        mine = shop.basket_shopper[basket] >= 0
        basket, column = basket[mine], column[mine]
        met = np.unique(basket * max(things, 1) + thing[column])
        basket, bought = np.divmod(met, max(things, 1))
        key, place = np.unique(shop.basket_shopper[basket] * max(things, 1) + bought, return_inverse=True)
        day, count = shop.basket_day[basket], np.bincount(place, minlength=len(key)).astype(np.float64)
        first: Floats = np.full(len(key), np.inf)
        last: Floats = np.full(len(key), -np.inf)
        np.minimum.at(first, place, day)
        np.maximum.at(last, place, day)
        owner, of = np.divmod(key, max(things, 1))
        usual = _usual(of, last - first, count - 1.0, things)
        seen, since = _baskets_after(shop, owner, first - 1e-9), _baskets_after(shop, owner, last)
        fading = {f"{name}_{life:.0f}": np.bincount(place, shop.fade(life)[basket], len(key)) for life in HALF_LIVES}
        told: dict[str, Floats] = {
            f"{name}_count": np.log1p(count),
            f"{name}_share": count / (seen + 2.0),  # 2 unseen baskets keep beginners modest
            f"{name}_since": np.log1p(since),
            **fading,
        } | _breadth(shop, name, thing, things, key)
        gap = (last - first + PRIOR_GAPS * usual[of]) / (count - 1.0 + PRIOR_GAPS)
        return cls(
            name, thing, max(things, 1), key, {one: values.astype(np.float32) for one, values in told.items()},
            last, np.maximum(gap, 1.0).astype(np.float32), np.maximum(usual[of], 1.0).astype(np.float32),
        )  # fmt: skip

    def about(self, rows: Ids, columns: Ids, *, now_day: float) -> Mapping[str, Scores]:
        """Zero for everything that was never bought."""
        place = position(self.key, rows * self.things + self.thing[columns])
        known = place >= 0
        days = np.maximum(now_day - _taken(self.last, place, 0.0), 0.0)
        told = {name: _taken(values, place, 0.0) for name, values in self.told.items()}
        return told | {
            f"{self.name}_recency": np.where(known, -np.log1p(days), NEVER).astype(np.float32),
            f"{self.name}_due": np.where(known, days / _taken(self.gap, place, 1.0), 0.0).astype(np.float32),
            f"{self.name}_due_usually": np.where(known, days / _taken(self.usual, place, 1.0), 0.0).astype(np.float32),
        }


def _taken(values: Scores | Floats, place: Ids, otherwise: float) -> Scores:
    if not len(values):
        return np.full(len(place), otherwise, np.float32)
    return np.where(place >= 0, values[place], otherwise).astype(np.float32 if values.dtype == np.float32 else float)


def _usual(of: Ids, span: Floats, gaps: Floats, things: int) -> Floats:
    """Days between two purchases of a thing by the same shopper, over all of them."""
    usual: Floats = (np.bincount(of, span, things) + PRIOR_DAYS) / (np.bincount(of, gaps, things) + 1.0)
    return usual


def _baskets_after(shop: Shop, owner: Ids, day: Floats) -> Ids:
    """How many baskets each of these shoppers had after that day."""
    order = np.lexsort((shop.basket_day, shop.basket_shopper))
    stride = shop.now_day + 1.0
    scale = shop.basket_shopper[order] * stride + shop.basket_day[order]
    end = np.searchsorted(scale, (owner + 1) * stride)
    return np.asarray(end - np.searchsorted(scale, owner * stride + day, side="right"), dtype=np.int64)


def _breadth(shop: Shop, name: str, thing: Ids, things: int, key: Ids) -> dict[str, Floats]:
    """How many different products of a group the shopper ever had; of a product there is only one."""
    if name == "own":
        return {}
    pairs = shop.by_shopper.tocoo()
    place = position(key, pairs.row.astype(np.int64) * max(things, 1) + thing[pairs.col])
    return {f"{name}_breadth": np.log1p(np.bincount(place, minlength=len(key)))}
