"""The contract of a trainer: what learns from a log, and what it answers with. A shop chooses one by name or by path.

A trainer is a callable like `Trainer`. What it gives back is asked by the trial, passes the gate or not, and fills the
tables: all of that is the same whoever has learned. Refuse by raising `gate.Refused`: the served version stays.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

from django.utils.module_loading import import_string

from personalization.conf import conf
from personalization.recommend.train.answers import Lists, Neighbours, Scores, Vectors
from personalization.recommend.train.log import Ids, ShopLog
from personalization.recommend.train.settings import LearnSettings

Progress = Callable[[str, float], None]

# By path, so that nobody loads an engine that was not chosen.
ENGINES = {
    "local": "personalization.recommend.train.model.learn",
    "spark": "personalization.recommend.train.spark.learn.learn",
}


class Trained(Protocol):
    """What was learned from one log: it asks nothing of the database and changes nothing."""

    @property
    def vectors(self) -> Vectors:
        """Both tables as wide as `settings.vector_size`; without a product there may be none."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the training run tells of it, as JSON."""

    @property
    def blends(self) -> Any:
        """What it found out by practice; the same trainer is given it back when it learns from everything."""

    def similar(self, products: Ids, k: int) -> Neighbours:
        """Products to take instead; scores above 0, the higher the better."""

    def together(self, products: Ids, k: int) -> Neighbours:
        """Products to take as well; scores are log-odds."""

    def also(self, products: Ids, k: int) -> Neighbours:
        """Products that the same people buy or look at; scores above 0, for pages sum them up."""

    def next_clicks(self, sessions: Sequence[Ids], k: int) -> tuple[Ids, Scores]:
        """What visits that looked at these, oldest first, look at next: [sessions, k], -1 where there are fewer."""

    def viewed(self) -> Neighbours:
        """What is looked at next, of every product; scores above 0."""

    def next(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each is likely to buy next; the popular for somebody unknown. Scores are log-odds."""

    def novel(self, shoppers: Ids, k: int, *, now_day: float) -> Lists:
        """What each is likely to buy for the first time. Scores are log-odds."""


class Trainer(Protocol):
    """Learns everything from a log."""

    def __call__(
        self,
        log: ShopLog,
        *,
        settings: LearnSettings,
        blends: Any = None,
        previous: Vectors | None = None,
        progress: Progress,
    ) -> Trained:
        """`blends` are those of the trial, `previous` the vectors of last night.

        `progress(stage, fraction)` is called often: it moves the bar, and raises when time is up.
        """  # fmt: skip


def trainer(engine: str = "") -> Trainer:
    """The trainer of that name or path; of the setting, where none is named."""
    chosen = engine or conf.TRAINER
    return cast(Trainer, import_string(ENGINES.get(chosen, chosen)))


def learn(log: ShopLog, *, engine: str = "", **more: Any) -> Trained:
    """Lets the chosen trainer learn."""
    return trainer(engine)(log, **more)
