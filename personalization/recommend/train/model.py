"""The one door to learning: `learn` a shop's log, then ask the `Model`."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from personalization.recommend.train import item2vec, likeness, ranking
from personalization.recommend.train.answers import Lists, Neighbours, Reason, Scores, Told, Vectors
from personalization.recommend.train.clicks import Clicks, learn_clicks
from personalization.recommend.train.content import Content, lend
from personalization.recommend.train.experts import Experts
from personalization.recommend.train.log import Catalogue, Ids, Purchases, ShopLog, UnevenColumns, Visits
from personalization.recommend.train.plan import plan_for
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, number
from personalization.recommend.train.tune import Practice, practise

__all__ = [
    "Catalogue",
    "LearnSettings",
    "Lists",
    "Model",
    "Neighbours",
    "Purchases",
    "Reason",
    "ShopLog",
    "Told",
    "UnevenColumns",
    "Vectors",
    "Visits",
    "learn",
]

Progress = Callable[[str, float], None]


def ignore(stage: str, fraction: float) -> None:
    """A listener for progress that does not listen."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything learned from one log; asks nothing of the database and changes nothing."""

    vectors: Vectors
    facts: Mapping[str, Any]
    experts: Experts
    content: Content
    blends: Practice
    clicks: Clicks

    def similar(self, products: Ids, k: int) -> Neighbours:
        """Products to take instead: alike in company and, where nobody bought them, in words."""
        return likeness.similar(self.experts, self.content, products=products, k=k)

    def together(self, products: Ids, k: int) -> Neighbours:
        """Products to take as well: what goes into the same baskets."""
        return ranking.neighbours(self.experts, self.blends.choices["together"], products=products, k=k)

    def also(self, products: Ids, k: int) -> Neighbours:
        """Products the same shoppers buy; sum them over a session to serve a stranger live."""
        return likeness.also(self.experts, products=products, k=k)

    def next(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each shopper is likely to buy next, old friends included; the popular for somebody unknown."""
        return ranking.lists(
            self.experts, self.blends.choices["next"], task="next", shoppers=shoppers, k=k, now_day=now_day
        )

    def novel(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each shopper is likely to buy for the first time."""
        return ranking.lists(
            self.experts, self.blends.choices["novel"], task="novel", shoppers=shoppers, k=k, now_day=now_day
        )

    def next_click(self, items: Ids, k: int) -> tuple[Ids, Scores]:
        """What the visit that looked at these, oldest first, looks at next; -1 never."""
        found, score = self.next_clicks([items], k)
        return found[0][found[0] >= 0], score[0][found[0] >= 0]

    def next_clicks(self, sessions: Sequence[Ids], k: int) -> tuple[Ids, Scores]:
        """The same for many visits, [sessions, k], -1 where there are fewer."""
        return self.clicks.next_clicks(sessions, k)

    def viewed(self) -> Neighbours:
        """The lists of the next click as they are stored, with what a page needs to read them."""
        return self.clicks.neighbours()

    def told(self, asked: int, *, task: str, now_day: float) -> Told:
        """What was weighed for one shopper, or for "together" beside one product: every candidate and every figure."""
        return ranking.told(self.experts, self.blends.choices[task], task=task, asked=asked, now_day=now_day)


@dataclass
class Stages:
    """Says what is being done and how far it got, and keeps the seconds of each stage."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        """A stage from 0 to 1; call what it gives in between."""
        started = time.monotonic()
        self.progress(name, 0.0)
        yield lambda fraction: self.progress(name, fraction)
        self.progress(name, 1.0)
        self.seconds[f"seconds_{name}"] = round(time.monotonic() - started, 3)


def learn(
    log: ShopLog,
    *,
    settings: LearnSettings,
    previous: Vectors | None = None,
    blends: Practice | None = None,
    progress: Progress = ignore,
) -> Model:
    """Learn everything from the log; calm in an empty shop.

    What a model found out from an earlier cut of the same log saves the practice, most of the time.
    """
    stages = Stages(progress)
    with stages.stage("read"):
        shop = number(log)
        content, plan = Content.learn(shop), plan_for(shop, settings=settings)
    with stages.stage("practice") as tick:
        practised = blends or practise(log, content=content, settings=settings, plan=plan, tick=tick)
        settings = practised.searched.within(settings)
        shop = shop.at_pace(settings.pace)
    with stages.stage("item2vec") as tick:
        vectors = _vectors(shop, content, practised, replace(settings, epochs=plan.epochs), previous, tick)
    with stages.stage("experts"):
        experts = Experts.learn(shop, vectors, settings=settings)
    with stages.stage("clicks"):
        clicks = learn_clicks(log, shop, experts.cooccurrence.together, settings=settings)
    facts = _facts(shop, vectors) | stages.seconds
    facts["clicks"] = dict(clicks.facts)
    facts["plan"] = plan.stored()
    facts["blends"] = {task: choice.stored() for task, choice in practised.choices.items()}
    facts["searched"] = practised.searched.stored()
    return Model(vectors, facts, experts, content, practised.told(), clicks)


def _vectors(
    shop: Shop, content: Content, practice: Practice, settings: LearnSettings, previous: Vectors | None,
    tick: Callable[[float], None],
) -> Vectors:  # fmt: skip
    """Last night's vectors know more than those of the practice, which stopped weeks ago."""
    if not settings.item2vec:
        return Vectors.none(size=settings.vector_size)
    known = previous if previous is not None and len(previous.product) else practice.vectors
    trained = item2vec.train(shop, settings=settings, previous=known, tick=tick)
    return lend(trained, shop=shop, content=content)


def _facts(shop: Shop, vectors: Vectors) -> dict[str, Any]:
    return {
        "products": shop.products,
        "shoppers": shop.shoppers,
        "baskets": shop.baskets,
        "lines": len(shop.line_product),
        "visits": len(shop.visit_product),
        "vectors": len(vectors.product),
    }
