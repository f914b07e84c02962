"""Ways through a place: columns of stops, and bands between them as thick as there are walkers (Sankey 1898)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext as _

from personalization.charts.scale import fine_share_told, number_told

COLUMN, STOP, TALL, GAP, THINNEST = 150, 10, 300, 22, 2.0
LEFT, TOP, LABEL = 4, 30, 18
# Beside a longer name there is no room for its share before the next column: it stands below.
LETTERS, BELOW = 9, 15
# What is thinner than this share of all is in the table, and not in the drawing.
SHOWN = 0.01


@dataclass(frozen=True)
class Flow:
    """So many went from one stop to the next; `step` is the column of the first of the two, counted from 0."""

    step: int
    start: str
    end: str
    count: int


@dataclass(frozen=True)
class Stop:
    """A stop in the drawing."""

    x: float
    y: float
    height: float
    name: str
    share: str
    label_y: float
    is_long: bool
    is_end: bool
    title: str


@dataclass(frozen=True)
class Band:
    """A flow in the drawing."""

    shape: str
    is_end: bool
    title: str


@dataclass
class _Place:
    """Where a stop is drawn, and how much of its sides is taken by bands."""

    y: float
    taken_in: float = 0.0
    taken_out: float = 0.0


@dataclass(frozen=True)
class Flows:
    """The chart. `names` are the stops in the order in which they stand below each other; `end` is leaving, `goal` the
    stop at which one has arrived: whoever leaves after it is not drawn as leaving."""

    template: ClassVar[str] = "personalization/charts/flows.html"

    key: str
    title: str
    value: str
    flows: Sequence[Flow]
    names: Mapping[str, str]
    end: str
    goal: str = ""
    csv: str = ""

    @property
    def description(self) -> str:
        """The same in words: the thickest bands."""
        thickest = sorted(self.flows, key=lambda one: -one.count)[:6]
        return "; ".join(self._told(one) for one in thickest)

    @property
    def header(self) -> tuple[str, ...]:
        """Of its table."""
        return (_("step"), _("from"), _("to"), self.value, _("of all"))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Its table, as it is read: without what is too thin to be drawn."""
        for one in self._in_order:
            if one.count >= SHOWN * self._all:
                share = fine_share_told(one.count / self._all)
                yield (str(one.step + 1), self._name(one.start), self._name(one.end), number_told(one.count), share)

    def plain_rows(self) -> Iterator[tuple[object, ...]]:
        """Its table, as a spreadsheet takes it: all of it."""
        yield self.header
        for one in self._in_order:
            share = round(one.count / self._all, 4)
            yield (one.step + 1, self._name(one.start), self._name(one.end), one.count, share)

    @property
    def width(self) -> int:
        """As wide as there are columns, and room for the last names."""
        return LEFT + COLUMN * max(len(self._columns), 1)

    @property
    def height(self) -> float:
        """As high as the fullest column."""
        ends = [
            self._ys[key] + max(self._thick(self._columns[key[0]][key[1]]), LABEL + BELOW * self._is_long(key[1]))
            for key in self._ys
        ]
        return round(max([TOP + LABEL, *ends]) + 12, 1)

    @property
    def heads(self) -> list[tuple[float, str]]:
        """What stands above each column."""
        return [(self._x(place), _("Step %(n)s") % {"n": place + 1}) for place in range(len(self._columns))]

    @property
    def stops(self) -> list[Stop]:
        """Every stop that somebody was at."""
        return [
            self._stop(place, name, count) for place, column in enumerate(self._columns)
            for name, count in column.items()
        ]  # fmt: skip

    @property
    def bands(self) -> list[Band]:
        """Every flow that is thick enough, those of more walkers first: thin ones lie on top of them."""
        places = {(place, name): _Place(y) for (place, name), y in self._ys.items()}
        drawn = [(one, self._band(one, places)) for one in self._in_order if self._is_drawn(one)]
        return [band for one, band in sorted(drawn, key=lambda pair: -pair[0].count)]

    # --- where everything lies ---

    @cached_property
    def _all(self) -> int:
        return sum(one.count for one in self.flows if one.step == 0) or 1

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _in_order(self) -> list[Flow]:
        return sorted(self.flows, key=lambda one: (one.step, self._place_of(one.start), self._place_of(one.end)))

    def _place_of(self, name: str) -> int:
        return self._order.get(name, len(self._order))

    def _is_drawn(self, one: Flow) -> bool:
        return one.count >= SHOWN * self._all and not (one.start == self.goal and one.end == self.end)

    @cached_property
    def _columns(self) -> list[dict[str, int]]:
        """How many were at each stop, column by column, in the order of the names."""
        found: list[dict[str, int]] = []
        for one in self._in_order:
            while len(found) < one.step + 2:
                found.append({})
            if one.step == 0:
                found[0][one.start] = found[0].get(one.start, 0) + one.count
            if one.start != self.goal or one.end != self.end:
                found[one.step + 1][one.end] = found[one.step + 1].get(one.end, 0) + one.count
        kept = [{name: count for name, count in one.items() if count >= SHOWN * self._all} for one in found]
        while kept and not kept[-1]:
            kept.pop()
        return [dict(sorted(one.items(), key=lambda item: self._place_of(item[0]))) for one in kept]

    @cached_property
    def _ys(self) -> dict[tuple[int, str], float]:
        found = {}
        for place, column in enumerate(self._columns):
            y = float(TOP)
            for name, count in column.items():
                found[place, name] = y
                y += self._thick(count) + GAP + (BELOW if self._is_long(name) else 0)
        return found

    def _thick(self, count: int) -> float:
        return TALL * count / self._all

    def _x(self, place: int) -> float:
        return float(LEFT + COLUMN * place)

    def _stop(self, place: int, name: str, count: int) -> Stop:
        y, height = self._ys[place, name], max(self._thick(count), THINNEST)
        share = fine_share_told(count / self._all)
        told = _("%(name)s: %(count)s (%(share)s)") % {
            "name": self._name(name), "count": number_told(count), "share": share,
        }  # fmt: skip
        return Stop(
            x=self._x(place), y=round(y, 1), height=round(height, 1), name=self._name(name), share=share,
            label_y=round(y + min(height / 2, LABEL), 1), is_long=self._is_long(name), is_end=name == self.end,
            title=told,
        )  # fmt: skip

    def _band(self, one: Flow, places: Mapping[tuple[int, str], _Place]) -> Band:
        start, end = places.get((one.step, one.start)), places.get((one.step + 1, one.end))
        thick = max(self._thick(one.count), THINNEST / 2)
        if start is None or end is None:
            return Band("", False, "")
        from_x, to_x = self._x(one.step) + STOP, self._x(one.step + 1)
        from_y, to_y = round(start.y + start.taken_out, 1), round(end.y + end.taken_in, 1)
        start.taken_out += thick
        end.taken_in += thick
        middle, low, lower = round((from_x + to_x) / 2, 1), round(from_y + thick, 1), round(to_y + thick, 1)
        shape = (
            f"M{from_x},{from_y}C{middle},{from_y} {middle},{to_y} {to_x},{to_y}V{lower}"
            f"C{middle},{lower} {middle},{low} {from_x},{low}Z"
        )
        return Band(shape, one.end == self.end, self._told(one))

    def _told(self, one: Flow) -> str:
        return _("%(start)s → %(end)s: %(count)s (%(share)s)") % {
            "start": self._name(one.start), "end": self._name(one.end), "count": number_told(one.count),
            "share": fine_share_told(one.count / self._all),
        }  # fmt: skip

    def _is_long(self, name: str) -> bool:
        return len(self._name(name)) > LETTERS

    def _name(self, name: str) -> str:
        return str(self.names.get(name, name))
