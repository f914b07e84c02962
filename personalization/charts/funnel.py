"""From step to step: how many came as far, how many left there, and how that was before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from personalization.charts.scale import fine_share_told, number_told

WIDTH, THICK = 1000, 28


@dataclass(frozen=True)
class Stage:
    """A step. `usual` is the share of all that came as far before; None where nothing is compared.

    `pause` tells how long it took to the next step. `leave` is the address to which a press on those who left is
    posted, and `leave_told` the words on it; without them it is told, and leads nowhere.
    """

    name: str
    count: int
    usual: float | None = None
    pause: str = ""
    leave: str = ""
    leave_told: str = ""


@dataclass(frozen=True)
class Drawn:
    """A step in the drawing, in words and lengths."""

    stage: Stage
    count: str
    share: str
    of_previous: str
    usual: str
    length: float
    before: float
    usual_at: float | None
    left: str
    left_share: str


@dataclass(frozen=True)
class Funnel:
    """The chart: the first step is everybody. `usual_name` says what the marks are; without marks it is empty."""

    template: ClassVar[str] = "personalization/charts/funnel.html"

    key: str
    title: str
    what: str
    value: str
    stages: Sequence[Stage]
    usual_name: str = ""
    csv: str = ""
    width: int = WIDTH
    thick: int = THICK

    @property
    def header(self) -> tuple[str, ...]:
        """Of its table."""
        usual = [self.usual_name] if self.usual_name else []
        return (
            self.what,
            self.value,
            _("of all"),
            *usual,
            _("of the step before"),
            _("left here"),
            _("to the next step"),
        )

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its table, as it is read."""
        for one in self.drawn:
            usual = [one.usual or "–"] if self.usual_name else []
            left = f"{one.left} ({one.left_share})" if one.left else "–"
            yield (one.stage.name, one.count, one.share, *usual, one.of_previous or "–", left, one.stage.pause or "–")

    def plain_rows(self) -> Iterator[tuple[object, ...]]:
        """Its table, as a spreadsheet takes it."""
        yield self.header
        for place, stage in enumerate(self.stages):
            usual = [_plain(stage.usual)] if self.usual_name else []
            before, after = self._count(place - 1), self._count(place + 1)
            yield (
                stage.name, stage.count, _plain(self._share(stage.count)), *usual,
                _plain(stage.count / before) if before else "", "" if after is None else stage.count - after,
                stage.pause,
            )  # fmt: skip

    @property
    def drawn(self) -> list[Drawn]:
        """The steps in the drawing: of each what came, and behind it what had come one step before."""
        return [self._drawn(place, stage) for place, stage in enumerate(self.stages)]

    def _drawn(self, place: int, stage: Stage) -> Drawn:
        before, after = self._count(place - 1), self._count(place + 1)
        share, left = self._share(stage.count), None if after is None else stage.count - after
        return Drawn(
            stage=stage,
            count=number_told(stage.count),
            share=fine_share_told(share),
            of_previous=fine_share_told(stage.count / before) if before else "",
            usual=fine_share_told(stage.usual) if stage.usual is not None else "",
            length=round(WIDTH * share, 1),
            before=round(WIDTH * self._share(before or 0), 1),
            usual_at=None if stage.usual is None else round(min(max(WIDTH * stage.usual, 2), WIDTH - 2), 1),
            left=number_told(left) if left else "",
            left_share=fine_share_told(left / stage.count) if left else "",
        )

    def _count(self, place: int) -> int | None:
        return self.stages[place].count if 0 <= place < len(self.stages) else None

    def _share(self, count: int) -> float:
        return count / self.stages[0].count if self.stages and self.stages[0].count else 0.0


def _plain(share: float | None) -> object:
    return "" if share is None else round(share, 4)
