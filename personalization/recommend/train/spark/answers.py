"""What Spark has learned, as plain arrays: asked like any other model, with no Spark running any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from personalization.recommend.train.answers import NOBODY, Lists, Neighbours, Reason, Scores, Told, Vectors
from personalization.recommend.train.log import Ids
from personalization.recommend.train.shop import position
from personalization.recommend.train.spark.weights import Weights

FADES = 0.8  # of a click, with each click after it


@dataclass(frozen=True, eq=False)
class SparkModel:
    """Lists as Spark left them, cut to what is asked."""

    vectors: Vectors
    facts: Mapping[str, Any]
    blends: Mapping[str, Weights]
    near: Mapping[str, Neighbours]  # by relation; products ascending
    lists: Mapping[str, Lists]  # by task; shoppers ascending
    popular: Ids

    def similar(self, products: Ids, k: int) -> Neighbours:
        """By IN vectors; on the same shelf where nobody knows more."""
        return _cut(self.near["similar"], products, k)

    def together(self, products: Ids, k: int) -> Neighbours:
        """What goes into the same baskets."""
        return _cut(self.near["together"], products, k)

    def also(self, products: Ids, k: int) -> Neighbours:
        """Bought or looked at by the same people."""
        return _cut(self.near["also"], products, k)

    def next(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """Thought out for the end of the log, whatever the day."""
        return self._of("next", shoppers, k)

    def novel(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """The same of what they never bought."""
        return self._of("novel", shoppers, k)

    def next_click(self, items: Ids, k: int) -> tuple[Ids, Scores]:
        """Plainly: what the same people had as well, the latest click speaking loudest."""
        weight = FADES ** np.arange(len(items))[::-1]
        found = self.also(np.asarray(items, dtype=np.int64), self.near["also"].neighbour.shape[1])
        product, place = np.unique(found.neighbour, return_inverse=True)
        score = np.bincount(place.ravel(), (found.score * weight[:, None]).ravel(), minlength=len(product))
        best = [one for one in np.argsort(-score, kind="stable") if product[one] >= 0 and product[one] not in items][:k]
        return product[best], score[best].astype(np.float32)

    def next_clicks(self, sessions: Sequence[Ids], k: int) -> tuple[Ids, Scores]:
        """The same for many visits."""
        product, score = np.full((len(sessions), k), NOBODY, np.int64), np.zeros((len(sessions), k), np.float32)
        for row, items in enumerate(sessions):
            found, value = self.next_click(items, k)
            product[row, : len(found)], score[row, : len(found)] = found, value
        return product, score

    def viewed(self) -> Neighbours:
        """The same people's lists: plain, and without weights of steps."""
        return self.near["also"]

    def told(self, asked: int, *, task: str, now_day: float) -> Told:
        """Only the sum: its parts stayed in Spark."""
        one = np.array([asked], dtype=np.int64)
        if task == "together":
            near = self.together(one, self.near[task].neighbour.shape[1])
            product, score = near.neighbour[0], near.score[0]
        else:
            found = self._of(task, one, self.lists[task].product.shape[1])
            product, score = found.product[0], found.score[0]
        real = product >= 0
        return Told(product[real], score[real], ("sum",), score[real][:, None])

    def _of(self, task: str, shoppers: Ids, k: int) -> Lists:
        known = self.lists[task]
        row, width = position(known.shopper, shoppers), min(k, known.product.shape[1])
        lists = Lists.none(shoppers, k)
        found = row >= 0
        for ours, theirs in ((lists.product, known.product), (lists.score, known.score),
                             (lists.reason, known.reason), (lists.because, known.because)):  # fmt: skip
            ours[found, :width] = theirs[row[found], :width]
        popular = self.popular[:k]
        lists.product[~found, : len(popular)] = popular
        lists.score[~found, : len(popular)] = np.linspace(0.0, -1.0, len(popular), dtype=np.float32)
        lists.reason[~found, : len(popular)] = Reason.POPULAR
        return lists


def _cut(known: Neighbours, products: Ids, k: int) -> Neighbours:
    answer = Neighbours.none(products, k)
    row, width = position(known.product, products), min(k, known.neighbour.shape[1])
    found = row >= 0
    for ours, theirs in ((answer.neighbour, known.neighbour), (answer.score, known.score),
                         (answer.support, known.support)):  # fmt: skip
        ours[found, :width] = theirs[row[found], :width]
    return answer
