"""The one door to learning: `learn` a shop's log, then ask the `Model`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from personalization.recommend.train.answers import Lists, Neighbours, Reason, Vectors
from personalization.recommend.train.log import Catalogue, Ids, Purchases, ShopLog, Visits
from personalization.recommend.train.settings import LearnSettings

__all__ = [
    "Catalogue", "LearnSettings", "Lists", "Model", "Neighbours", "Purchases", "Reason", "ShopLog", "Vectors", "Visits",
    "learn",
]  # fmt: skip

Progress = Callable[[str, float], None]


def ignore(stage: str, fraction: float) -> None:
    """A listener for progress that does not listen."""


@dataclass(frozen=True, eq=False)
class Model:
    """Everything learned from one log; asks nothing of the database and changes nothing."""

    vectors: Vectors
    facts: Mapping[str, float]

    def similar(self, products: Ids, k: int) -> Neighbours:
        """Products to take instead: alike in company or, where nobody bought them, in words."""
        raise NotImplementedError

    def together(self, products: Ids, k: int) -> Neighbours:
        """Products to take as well: what goes into the same baskets."""
        raise NotImplementedError

    def also(self, products: Ids, k: int) -> Neighbours:
        """Products the same shoppers buy; sum them over a session to serve a stranger live."""
        raise NotImplementedError

    def next(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each shopper is likely to buy next, old friends included."""
        raise NotImplementedError

    def novel(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each shopper is likely to buy for the first time."""
        raise NotImplementedError


def learn(
    log: ShopLog, *, settings: LearnSettings, previous: Vectors | None = None, progress: Progress = ignore
) -> Model:
    """Learn everything from the log; calm in an empty shop."""
    raise NotImplementedError
