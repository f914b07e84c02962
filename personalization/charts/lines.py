"""How something went on: one line for each series, each with its name at its end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from personalization.charts.scale import Scale, Tick, Told, number_told, round_top

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 120, 22, 44
LABELS, APART = 7, 16


@dataclass(frozen=True)
class Line:
    """A series: one value for each place; None where nothing is known, and the line has a gap there."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Drawn:
    """A series in the drawing: its pieces as points of polylines, its dots, and where its name stands."""

    name: str
    number: int
    pieces: list[str]
    dots: list[tuple[float, float]]
    name_at: float


@dataclass(frozen=True)
class Lines:
    """The chart: `places` are the labels along the bottom."""

    template: ClassVar[str] = "personalization/charts/lines.html"

    key: str
    title: str
    what: str
    value: str
    places: Sequence[str]
    lines: Sequence[Line]
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
        """The same in words: where each line begins and ends."""
        told = []
        for line in self.lines:
            known = [(place, one) for place, one in zip(self.places, line.values, strict=True) if one is not None]
            ends = known[:1] + known[-1:] if len(known) > 1 else known
            told.append(f"{line.name}: " + ", ".join(f"{place} {self.told(one)}" for place, one in ends))
        return "; ".join(told)

    @property
    def header(self) -> tuple[str, ...]:
        """Of its table."""
        return (self.what, *(line.name for line in self.lines))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its table, as it is read."""
        for place, values in self._table():
            yield (place, *("–" if one is None else self.told(one) for one in values))

    def plain_rows(self) -> Iterator[tuple[object, ...]]:
        """Its table, as a spreadsheet takes it."""
        yield self.header
        yield from ((place, *values) for place, values in self._table())

    @property
    def x_ticks(self) -> list[Tick]:
        """Some of the places, so that their labels have room."""
        step = max(-(-len(self.places) // LABELS), 1)
        return [Tick(self._across.at(number), self.places[number]) for number in range(0, len(self.places), step)]

    @property
    def y_ticks(self) -> list[Tick]:
        """Marks along the side."""
        return self._up.ticks(self.told)

    @property
    def drawn(self) -> list[Drawn]:
        """The lines in the drawing; their names are moved apart where ends meet."""
        found = [self._drawn(number, line) for number, line in enumerate(self.lines)]
        free = float(self.top)
        placed = {}
        for one in sorted(found, key=lambda each: each.name_at):
            placed[one.number] = free = max(one.name_at, free)
            free += APART
        return [Drawn(one.name, one.number, one.pieces, one.dots, placed[one.number]) for one in found]

    def _drawn(self, number: int, line: Line) -> Drawn:
        pieces: list[list[tuple[float, float]]] = [[]]
        for place, value in enumerate(line.values):
            if value is None:
                pieces.append([])
            else:
                pieces[-1].append((self._across.at(place), self._up.at(value)))
        dots = [dot for piece in pieces for dot in piece]
        told = [" ".join(f"{x},{y}" for x, y in piece) for piece in pieces if len(piece) > 1]
        return Drawn(line.name, number % 4, told, dots, dots[-1][1] if dots else float(self.bottom))

    def _table(self) -> Iterator[tuple[str, list[float | None]]]:
        for number, place in enumerate(self.places):
            yield place, [line.values[number] for line in self.lines]

    @property
    def _across(self) -> Scale:
        return Scale(0, max(len(self.places) - 1, 1), self.left, self.right)

    @property
    def _up(self) -> Scale:
        known = [one for line in self.lines for one in line.values if one is not None]
        return Scale(0.0, round_top(max([1e-9, *known])), self.bottom, self.top)
