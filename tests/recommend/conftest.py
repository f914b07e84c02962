"""What a choice is made from: tables written by hand, and a context at a fixed hour."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from personalization import shop as door
from personalization.recommend.context import Context
from personalization.recommend.models import NeighbourList, RankedList, ServedModel, ShopperList, TrainingRun
from personalization.recommend.tables import Tables
from tests.people import NOW, Shop

ListMaker = Callable[..., None]


@pytest.fixture
def context(shop: Shop) -> Context:
    """A stranger on a page about nothing."""
    return Context(buying=door.buying(), now=NOW)


@pytest.fixture
def run(db: None) -> TrainingRun:
    """The version that is served."""
    made = TrainingRun.objects.create(status="published", asked_by="test", asked_at=NOW, published_at=NOW)
    ServedModel.objects.create(run=made, flipped_at=NOW)
    return made


@pytest.fixture
def listed(shop: Shop) -> ListMaker:
    """Writes a best-seller or trend list, best first."""

    def write(*titles: str, measure: str = "units", period: str = "month", category: Any = None) -> None:
        RankedList.objects.create(
            measure=measure, period=period, category_id=category.pk if category else 0, product_ids=shop.ids(*titles),
            scores=[1.0] * len(titles), refreshed_at=NOW,
        )  # fmt: skip

    return write


@pytest.fixture
def near(shop: Shop, run: TrainingRun) -> ListMaker:
    """Writes the neighbours of one product, nearest first."""

    def write(of: str, *titles: str, relation: str = "together", version: TrainingRun | None = None) -> None:
        NeighbourList.objects.create(
            run=version or run, relation=relation, product_id=shop[of].pk, neighbour_ids=shop.ids(*titles),
            scores=[1.0 / place for place in range(1, len(titles) + 1)], supports=[5] * len(titles),
        )  # fmt: skip

    return write


@pytest.fixture
def steps(run: TrainingRun) -> Callable[..., None]:
    """Writes how much each step back in a visit counts, as a training leaves it."""

    def write(*weights: float) -> None:
        NeighbourList.objects.create(
            run=run, relation="viewed", product_id=-1, neighbour_ids=list(range(1, len(weights) + 1)),
            scores=list(weights), supports=[0] * len(weights),
        )  # fmt: skip

    return write


@pytest.fixture
def nightly(shop: Shop, run: TrainingRun) -> ListMaker:
    """Writes what was thought out overnight for one account: titles with the number of their reason."""

    def write(user: Any, because: str = "", task: str = "next", **reasons: int) -> None:
        titles = [title.replace("_", " ") for title in reasons]
        ShopperList.objects.create(
            run=run, user_id=user.pk, task=task, product_ids=shop.ids(*titles), reasons=list(reasons.values()),
            scores=[1.0 / place for place in range(1, len(titles) + 1)],
            because_ids=[shop[because].pk if because else 0] * len(titles),
        )  # fmt: skip

    return write


@pytest.fixture
def now_with() -> Callable[..., Context]:
    """The same context with other facts, and tables that have read nothing yet."""
    return lambda context, **facts: replace(context, tables=Tables(), **facts)
