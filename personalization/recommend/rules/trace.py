"""What happened to each candidate on its way: kept for the owner who asks why, and by nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import ClassVar, Protocol

from personalization.recommend.rules.rule import Rule


class Offered(Protocol):
    """A candidate, as far as it matters here."""

    @property
    def product_id(self) -> int:
        """Which product."""

    @property
    def score(self) -> float:
        """How strongly it was put forward."""


@dataclass(frozen=True)
class Step:
    """Something that happened to a product: `stage` is a name of `STAGES` in the panel's words."""

    product_id: int
    stage: str
    strategy: str = ""
    score: float = 0.0
    parts: tuple[tuple[str, float], ...] = ()
    rule: Rule | None = None
    count: int = 0


@dataclass
class Trace:
    """Notes nothing; a page of the shop pays nothing for it."""

    # Somebody wants to know what became of each candidate, not only of those that are shown.
    is_followed: ClassVar[bool] = False

    def put_forward(self, candidate: Offered, strategy: str, parts: tuple[tuple[str, float], ...] = ()) -> None:
        """A strategy named it."""

    def removed(self, candidate: Offered, stage: str) -> None:
        """It is out, and where."""

    def removed_by_rule(self, candidate: Offered, rule: Rule, stage: str = "rule") -> None:
        """It is out because of a rule."""

    def moved_by_rule(self, candidate: Offered, rule: Rule) -> None:
        """It was moved up or down."""

    def moved(self, candidate: Offered, stage: str, *, count: int = 0) -> None:
        """It was moved for another reason: liked by the person, seen too often, too many of its kind."""

    def pinned(self, product_id: int, rule: Rule) -> None:
        """It stands where the owner put it."""

    def shown(self, product_id: int, strategy: str) -> None:
        """It is on a card."""

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """How long a part takes."""
        yield


NO_TRACE = Trace()


@dataclass
class FullTrace(Trace):
    """Notes everything, in order."""

    is_followed: ClassVar[bool] = True
    steps: list[Step] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def put_forward(self, candidate: Offered, strategy: str, parts: tuple[tuple[str, float], ...] = ()) -> None:
        """With its score and the parts that it is made of."""
        self.steps.append(Step(candidate.product_id, "candidate", strategy, candidate.score, parts))

    def removed(self, candidate: Offered, stage: str) -> None:
        """With the stage's name."""
        self.steps.append(Step(candidate.product_id, stage, score=candidate.score))

    def removed_by_rule(self, candidate: Offered, rule: Rule, stage: str = "rule") -> None:
        """With the rule."""
        self.steps.append(Step(candidate.product_id, stage, score=candidate.score, rule=rule))

    def moved_by_rule(self, candidate: Offered, rule: Rule) -> None:
        """With the rule."""
        self.steps.append(Step(candidate.product_id, "moved", score=candidate.score, rule=rule))

    def moved(self, candidate: Offered, stage: str, *, count: int = 0) -> None:
        """With the reason's name."""
        self.steps.append(Step(candidate.product_id, stage, score=candidate.score, count=count))

    def pinned(self, product_id: int, rule: Rule) -> None:
        """With the rule."""
        self.steps.append(Step(product_id, "pinned", rule=rule))

    def shown(self, product_id: int, strategy: str) -> None:
        """With the strategy that it came by."""
        self.steps.append(Step(product_id, "shown", strategy))

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Adds up, in seconds."""
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + perf_counter() - started
