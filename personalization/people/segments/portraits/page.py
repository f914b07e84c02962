"""What the page of a portrait shows: a segment beside the shop, or two segments side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from personalization.people.segments.models import Segment
from personalization.people.segments.portraits.portrait import Measure, Portrait, Share, portrait_of
from personalization.people.segments.portraits.words import (
    LESS,
    MEASURES,
    MORE,
    measure_told,
    percent,
    sentences,
    spread_told,
    value_told,
)

# In the order of the clock and the week, instead of by size.
IN_ORDER = {"hour", "weekday", "tier"}
SHOWN = 12


# Half of a bar's width stands for the shop's own share; at twice as much the bar is full.
BAR = 100


@dataclass(frozen=True)
class Cell:
    """A figure of one portrait, and how it stands to the shop's."""

    told: str
    index: int | None

    @property
    def bar(self) -> int:
        """The bar's length, to be drawn from 0 to 200."""
        return min(self.index or 0, 2 * BAR)

    @property
    def tone(self) -> str:
        """A fifth more or less than usual is worth a colour."""
        if self.index is None or LESS < self.index < MORE:
            return "usual"
        return "more" if self.index >= MORE else "less"


@dataclass(frozen=True)
class Line:
    """One figure of each portrait, and the shop's."""

    name: str
    cells: tuple[Cell, ...]
    shop: str


@dataclass(frozen=True)
class Section:
    """Lines that belong together."""

    name: str
    title: str
    lines: tuple[Line, ...]


def page_of(segment: Segment, other: Segment | None = None) -> dict[str, Any]:
    """The portraits of one or two segments, as the page and the CSV show them."""
    portraits = [portrait_of(one) for one in (segment, other) if one is not None]
    return {
        "portraits": [{"portrait": one, "sentences": sentences(one)} for one in portraits],
        "sections": tuple(_sections(portraits)),
        "is_sampled": any(one.is_sampled for one in portraits),
    }


def rows(shown: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The same figures as a table to take away."""
    names = [str(one["portrait"].segment) for one in shown["portraits"]]
    yield (_("about"), _("what"), *names, *(_("%(name)s, index") % {"name": name} for name in names), _("whole shop"))
    for section in shown["sections"]:
        for line in section.lines:
            indexes = ("" if one.index is None else str(one.index) for one in line.cells)
            yield (section.title, line.name, *(one.told for one in line.cells), *indexes, line.shop)


def _sections(portraits: list[Portrait]) -> Iterable[Section]:
    if not any(one.people for one in portraits):
        return
    yield Section("figures", _("How they buy"), tuple(_measures(portraits)))
    found = [
        ("category", _("What they look for"), [one.categories for one in portraits]),
        ("brand", _("Brands"), [one.brands for one in portraits]),
        *((what, spread_told(what), [one.spread.get(what, ()) for one in portraits]) for what in _spreads(portraits)),
    ]
    for what, title, shares in found:
        if lines := tuple(_shares(what, shares)):
            yield Section(what.replace(":", "-"), title, lines)


def _spreads(portraits: Iterable[Portrait]) -> list[str]:
    return sorted(
        {what for one in portraits for what in one.spread}, key=lambda what: (what.startswith("known:"), what)
    )


def _measures(portraits: list[Portrait]) -> Iterator[Line]:
    for name, label in MEASURES.items():
        found: list[Measure] = [one.measure(name) for one in portraits]
        # What neither they nor anybody else ever did says nothing.
        if any(one.inside is not None for one in found) and any(one.inside or one.shop for one in found):
            cells = tuple(Cell(measure_told(name, one.inside), one.index) for one in found)
            yield Line(str(label), cells, measure_told(name, found[0].shop))


def _shares(what: str, portraits: list[tuple[Share, ...]]) -> Iterator[Line]:
    """The values most common in any of the portraits."""
    by_key = [{one.key: one for one in shares} for shares in portraits]
    largest: dict[str, Share] = {}
    for shares in portraits:
        for one in shares:
            if one.key not in largest or one.inside > largest[one.key].inside:
                largest[one.key] = one
    order = sorted(largest.values(), key=lambda one: (-one.inside, one.key))[: 24 if what in IN_ORDER else SHOWN]
    if what in IN_ORDER:
        order.sort(key=lambda one: int(one.key) if one.key.isdecimal() else 0)
    for one in order:
        found = [shares.get(one.key) for shares in by_key]
        cells = tuple(Cell(percent(each.inside), each.index) if each else Cell(percent(0), 0) for each in found)
        yield Line(value_told(what, one.label), cells, percent(one.shop))
