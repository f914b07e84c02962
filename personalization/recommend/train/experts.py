"""All learners of one moment, side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.answers import Reason, Vectors
from personalization.recommend.train.candidates import Candidates, Found, described, rows_at_once
from personalization.recommend.train.category import Category
from personalization.recommend.train.company import Company
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.embedding import ProductEmbedding, ShopperEmbedding, Space
from personalization.recommend.train.history import History
from personalization.recommend.train.lately import Lately
from personalization.recommend.train.learner import Detail, Learner
from personalization.recommend.train.log import Ids
from personalization.recommend.train.neighbourhood import Neighbourhood
from personalization.recommend.train.peers import Peers
from personalization.recommend.train.person import Person
from personalization.recommend.train.popularity import Popularity
from personalization.recommend.train.repeat import Repeat
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.shortlist import MANY, ROWS_AT_ONCE, Shortlister, gather_pairs
from personalization.recommend.train.standing import Standing
from personalization.recommend.train.taste import Taste

TASKS = ("next", "novel", "together")
Sift = Callable[[str, int, Candidates], Any]


def everything(task: str, start: int, candidates: Candidates) -> slice:
    """Leaves nothing out."""
    return slice(None)


@dataclass(frozen=True, eq=False)
class Experts:
    """Who is asked about shoppers, who about products, and the two that are also asked alone."""

    shop: Shop
    space: Space
    neighbourhood: Neighbourhood
    cooccurrence: Cooccurrence
    for_shoppers: Sequence[Learner]
    for_products: Sequence[Shortlister]
    about_shoppers: Sequence[Detail]
    about_products: Sequence[Detail]
    # With so many products, those asked about are compared with a few of the others only.
    many: int = MANY

    @classmethod
    def learn(cls, shop: Shop, vectors: Vectors, *, settings: LearnSettings) -> "Experts":
        """Let everybody learn from the shop as it was at its `now_day`."""
        popularity, neighbourhood, cooccurrence = (
            Popularity.learn(shop),
            Neighbourhood.learn(shop),
            Cooccurrence.learn(shop),
        )
        space, standing = Space.of(shop, vectors), Standing.learn(shop)
        persons: list[Learner] = [
            popularity, Repeat.learn(shop), Category.learn(shop), neighbourhood,
            Taste.learn(shop, seed=settings.seed, penalty=settings.taste_penalty),
            Peers.learn(shop, seed=settings.seed), Lately.learn(shop, cooccurrence),
        ]  # fmt: skip
        products: list[Shortlister] = [popularity, cooccurrence]
        if settings.item2vec:
            persons.append(ShopperEmbedding.learn(shop, space))
            products.append(ProductEmbedding(space))
        return cls(
            shop, space, neighbourhood, cooccurrence, persons, products,
            about_shoppers=[standing, Person.learn(shop, standing.tier), *_histories(shop)],
            about_products=[standing, Company.learn(shop, standing, cooccurrence, neighbourhood)],
        )  # fmt: skip

    @property
    def is_large(self) -> bool:
        """Too many products to compare everything with everything."""
        return self.shop.products >= self.many

    def candidates(
        self, tasks: Sequence[str], rows: Ids, *, now_day: float, sift: Sift = everything
    ) -> Iterator[tuple[int, Mapping[str, Candidates]]]:
        """Candidates of the rows by task, a block at a time, each with the place of its first row.

        `sift` chooses among the candidates of a block before they are looked at closely.
        """
        is_pair = "together" in tasks
        learners: Sequence[Learner] = self.for_products if is_pair else self.for_shoppers
        details = self.about_products if is_pair else self.about_shoppers
        if is_pair and self.is_large:
            yield from self._of_many(rows, now_day=now_day, sift=sift)
            return
        step = rows_at_once(self.shop.products)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            found = Found.ask(learners, some, now_day=now_day)
            lists = {task: found.best(barred=self._barred(task, some)) for task in tasks}
            yield (
                start,
                {
                    task: described(best.only(sift(task, start, best)), details, some, now_day=now_day)
                    for task, best in lists.items()
                },
            )

    def _of_many(self, rows: Ids, *, now_day: float, sift: Sift) -> Iterator[tuple[int, Mapping[str, Candidates]]]:
        unsold = self.shop.basket_counts == 0
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            best = gather_pairs(self.for_products, some, products=self.shop.products, barred=unsold)
            chosen = best.only(sift("together", start, best))
            yield start, {"together": described(chosen, self.about_products, some, now_day=now_day)}

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


def _histories(shop: Shop) -> list[Detail]:
    """A shopper's past with the product itself, and with everything of its groups."""
    things = {"own": np.arange(shop.products)} | dict(shop.groups)
    return [History.learn(shop, name=name, thing=thing) for name, thing in things.items()]
