"""One bar for each thing, longest where there is most; a mark on each tells what it is compared with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from personalization.charts.scale import Scale, Told, number_told

WIDTH, ROW, PAD = 640, 30, 6
NAMES, NUMBERS = 190, 70  # room for the names on the left and the numbers on the right
LETTERS = 28


@dataclass(frozen=True)
class Bar:
    """One thing: its name and value, and the value that it is compared with."""

    name: str
    value: float
    usual: float | None = None


@dataclass(frozen=True)
class Drawn:
    """A bar in the drawing."""

    name: str
    y: float
    middle: float
    length: float
    usual: float | None
    label: str
    label_at: float


@dataclass(frozen=True)
class Bars:
    """The chart. `usual_name` says what the marks are; without marks it is empty."""

    template: ClassVar[str] = "personalization/charts/bars.html"

    key: str
    title: str
    what: str
    value: str
    bars: Sequence[Bar]
    usual_name: str = ""
    told: Told = number_told
    csv: str = ""
    width: int = WIDTH
    left: int = NAMES
    thick: int = ROW - 2 * PAD

    @property
    def height(self) -> int:
        """As high as there are bars."""
        return ROW * max(len(self.bars), 1) + 4

    @property
    def description(self) -> str:
        """The same in words."""
        return "; ".join(f"{one.name}: {self.told(one.value)}" for one in self.bars)

    @property
    def header(self) -> tuple[str, ...]:
        """Of its table."""
        return (self.what, self.value, *([self.usual_name] if self.usual_name else []))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its table, as it is read."""
        for one in self.bars:
            usual = [self.told(one.usual) if one.usual is not None else "–"] if self.usual_name else []
            yield (one.name, self.told(one.value), *usual)

    def plain_rows(self) -> Iterator[tuple[object, ...]]:
        """Its table, as a spreadsheet takes it."""
        yield self.header
        for one in self.bars:
            yield (one.name, one.value, *([one.usual] if self.usual_name else []))

    @property
    def drawn(self) -> list[Drawn]:
        """The bars in the drawing, from nought."""
        ends = [max(one.value, one.usual or 0.0) for one in self.bars]
        scale = Scale(0.0, max([1e-9, *ends]), 0.0, WIDTH - NAMES - NUMBERS)
        found = []
        for place, one in enumerate(self.bars):
            usual = NAMES + scale.at(one.usual) if one.usual is not None and self.usual_name else None
            length, top = scale.at(one.value), ROW * place + PAD
            label_at = max(NAMES + length, usual or 0.0) + 8
            name = one.name if len(one.name) <= LETTERS else one.name[: LETTERS - 1] + "…"
            found.append(Drawn(name, top, top + self.thick / 2, length, usual, self.told(one.value), label_at))
        return found
