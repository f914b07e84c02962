"""What was foretold against what came: on the line, every word was true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from personalization.charts.scale import Scale, Tick, Told, number_told, round_top

WIDTH, HEIGHT = 340, 300
PARTS = 5  # of an axis
LEFT, RIGHT, TOP, BOTTOM = 54, 24, 26, 46


@dataclass(frozen=True)
class Part:
    """Some of the people: what was foretold for them on the average, and what came, with its band."""

    predicted: float
    actual: float
    low: float
    high: float
    people: int


@dataclass(frozen=True)
class Mark:
    """A part in the drawing."""

    x: float
    y: float
    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Calibration:
    """The plot. `key` is its id on the page; `csv` is the address of its table, if there is one."""

    template: ClassVar[str] = "personalization/charts/calibration.html"

    key: str
    title: str
    predicted: str
    actual: str
    parts: Sequence[Part]
    told: Told = number_told
    csv: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def description(self) -> str:
        """The same in words, for those who hear the page."""
        sentence = _("Predicted %(predicted)s, came %(actual)s")
        return "; ".join(
            sentence % {"predicted": self.told(one.predicted), "actual": self.told(one.actual)} for one in self.parts
        )

    @property
    def header(self) -> tuple[str, ...]:
        """Of its table."""
        return (_("People"), self.predicted, self.actual, _("At least"), _("At most"))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its table, as it is read."""
        for one in self.parts:
            values = (one.predicted, one.actual, one.low, one.high)
            yield (number_told(one.people), *(self.told(value) for value in values))

    def plain_rows(self) -> Iterator[tuple[object, ...]]:
        """Its table, as a spreadsheet takes it."""
        yield ("people", "predicted", "actual", "low", "high")
        yield from ((one.people, one.predicted, one.actual, one.low, one.high) for one in self.parts)

    @property
    def x_ticks(self) -> list[Tick]:
        """Marks along the bottom."""
        return self._across.ticks(self.told, about=PARTS)

    @property
    def y_ticks(self) -> list[Tick]:
        """Marks along the side."""
        return self._up.ticks(self.told, about=PARTS)

    @property
    def marks(self) -> list[Mark]:
        """The parts in the drawing."""
        sentence = _("Predicted %(predicted)s, came %(actual)s")
        return [
            Mark(
                self._across.at(one.predicted), self._up.at(one.actual), self._up.at(one.low), self._up.at(one.high),
                sentence % {"predicted": self.told(one.predicted), "actual": self.told(one.actual)},
            )
            for one in self.parts
        ]  # fmt: skip

    @property
    def _end(self) -> float:
        return round_top(max([1e-9, *(max(one.predicted, one.high) for one in self.parts)]), about=PARTS)

    @property
    def _across(self) -> Scale:
        return Scale(0.0, self._end, self.left, self.right)

    @property
    def _up(self) -> Scale:
        return Scale(0.0, self._end, self.bottom, self.top)
