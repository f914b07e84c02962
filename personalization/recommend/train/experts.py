"""All learners of one moment, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.answers import Reason, Vectors
from personalization.recommend.train.candidates import Candidates, gather, rows_at_once
from personalization.recommend.train.category import Category
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.embedding import ProductEmbedding, ShopperEmbedding, Space
from personalization.recommend.train.learner import Learner
from personalization.recommend.train.log import Ids
from personalization.recommend.train.neighbourhood import Neighbourhood
from personalization.recommend.train.popularity import Popularity
from personalization.recommend.train.repeat import Repeat
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.taste import Taste

TASKS = ("next", "novel", "together")


@dataclass(frozen=True, eq=False)
class Experts:
    """Who is asked about shoppers, who about products, and the two that are also asked alone."""

    shop: Shop
    space: Space
    neighbourhood: Neighbourhood
    cooccurrence: Cooccurrence
    for_shoppers: Sequence[Learner]
    for_products: Sequence[Learner]

    @classmethod
    def learn(cls, shop: Shop, vectors: Vectors, *, settings: LearnSettings) -> "Experts":
        """Let everybody learn from the shop as it was at its `now_day`."""
        popularity, neighbourhood, cooccurrence = (
            Popularity.learn(shop),
            Neighbourhood.learn(shop),
            Cooccurrence.learn(shop),
        )
        space = Space.of(shop, vectors)
        persons: list[Learner] = [
            popularity, Repeat.learn(shop), Category.learn(shop), neighbourhood,
            Taste.learn(shop, seed=settings.seed, penalty=settings.taste_penalty),
        ]  # fmt: skip
        products: list[Learner] = [popularity, cooccurrence]
        if settings.item2vec:
            persons.append(ShopperEmbedding.learn(shop, space))
            products.append(ProductEmbedding(space))
        return cls(shop, space, neighbourhood, cooccurrence, persons, products)

    def candidates(self, task: str, rows: Ids, *, now_day: float) -> Iterator[tuple[int, Candidates]]:
        """Candidates of the rows, a block at a time, each with the place of its first row."""
        learners = self.for_products if task == "together" else self.for_shoppers
        step = rows_at_once(self.shop.products)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            yield start, gather(learners, some, now_day=now_day, barred=self._barred(task, some))

    def reasons(self) -> Mapping[str, Reason]:
        """Which reason stands behind which evidence about shoppers."""
        return {name: reason for learner in self.for_shoppers for name, reason in learner.reasons.items()}

    def _barred(self, task: str, rows: Ids) -> NDArray[np.bool_]:
        """Nobody is offered what never sold; nor, by task, what they have or the product itself."""
        unsold = np.broadcast_to(self.shop.basket_counts == 0, (len(rows), self.shop.products))
        if task == "novel":
            return np.asarray(unsold | (self.shop.by_shopper[rows].toarray() > 0))
        if task == "together":
            return np.asarray(unsold | (np.arange(self.shop.products)[None, :] == rows[:, None]))
        return np.asarray(unsold)
