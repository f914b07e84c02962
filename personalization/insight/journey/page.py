"""All that the page of the journey shows, ready for its template."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.charts.flows import Flows
from personalization.charts.funnel import Funnel, Stage
from personalization.charts.lines import Line, Lines
from personalization.charts.scale import fine_share_told, share_told
from personalization.insight.journey.asked import SOURCE, Asked, source_told
from personalization.insight.journey.figures import LEFT, Figures, Reached, figures
from personalization.jobs.back_office import number_told
from personalization.people.journeys.steps import Step, Touchpoint
from personalization.people.rules.place import Device
from personalization.people.segments.models import Segment

LEAVE, CSV = "admin:personalization_journey_leave", "admin:personalization_journey_csv"
# With fewer visits a share says little.
LEAST = 30
STEPS = [step for step in Step if step]
# At the end of a line there is little room.
SHORT = {
    Step.VIEW: Touchpoint.PRODUCT.label, Step.BASKET: Touchpoint.BASKET.label,
    Step.CHECKOUT: Touchpoint.CHECKOUT.label, Step.ORDER: Touchpoint.ORDER.label,
}  # fmt: skip
HEADINGS = {
    "source": gettext_lazy("Source"), "device": gettext_lazy("Device"), "segment": gettext_lazy("Segment"),
}  # fmt: skip
Chart = Funnel | Lines | Flows


@dataclass(frozen=True)
class Cell:
    """The part of a row's visits that came to a step."""

    told: str
    length: float


@dataclass(frozen=True)
class Row:
    """The visits of one source, device or segment; `narrow` leads to the page of these alone."""

    name: str
    narrow: str
    visits: str
    cells: list[Cell]
    worst: str


@dataclass(frozen=True)
class Table:
    """Rows beside each other, and how else they may be cut."""

    by: str
    heading: str
    steps: list[str]
    rows: list[Row]
    others: list[tuple[str, str, bool]]
    csv: str


@dataclass(frozen=True)
class Page:
    """The whole of it; without a visit there is nothing but the reason."""

    sentences: list[str]
    funnel: Funnel
    days: Lines
    ways: Flows
    table: Table

    def chart(self, name: str) -> Chart | None:
        """The one whose table is asked for."""
        charts: dict[str, Chart] = {"funnel": self.funnel, "days": self.days, "ways": self.ways}
        return charts.get(name)


def page_of(asked: Asked, query: QueryDict, *, found: Figures | None = None, may_add: bool = False) -> Page:
    """What was asked for, in words and pictures; `query` is kept in every address."""
    found = found or figures(asked)
    return Page(
        sentences=list(_sentences(asked, found)),
        funnel=_funnel(asked, found, query, may_add=may_add),
        days=_days(asked, found, query),
        ways=_ways(found, query),
        table=_table(asked, found, query),
    )


def table_rows(page: Page, found: Figures) -> Iterator[tuple[object, ...]]:
    """The table, as a spreadsheet takes it."""
    yield (page.table.heading, _("visits"), *page.table.steps)
    for row, reached in zip(page.table.rows, found.by, strict=True):
        yield (row.name, *reached.counts)


def narrowed(query: QueryDict, **changed: str) -> str:
    """The same choice but for these; a page of its own, by GET."""
    kept = query.copy()
    for name, value in changed.items():
        kept[name] = value
    return f"?{kept.urlencode()}"


# --- in words ---


def _sentences(asked: Asked, found: Figures) -> Iterator[str]:
    now, before = found.now, found.before
    visits = ngettext("%(n)s visit", "%(n)s visits", now.visits) % {"n": number_told(now.visits)}
    people = ngettext("%(n)s person", "%(n)s people", found.people) % {"n": number_told(found.people)}
    told = {
        "visits": visits,
        "people": people,
        "days": capfirst(asked.days_told),
        "share": fine_share_told(now.share(Step.ORDER)),
    }
    if before.visits:
        yield _("%(days)s: %(visits)s of %(people)s. %(share)s ended with an order; before: %(before)s.") % {
            **told, "before": fine_share_told(before.share(Step.ORDER)),
        }  # fmt: skip
    else:
        yield _("%(days)s: %(visits)s of %(people)s. %(share)s ended with an order.") % told
    if now.visits < LEAST:
        yield _("So few visits that their shares may be chance.")
    elif worst := worst_of(now):
        step, share = worst
        yield _("The largest loss is after “%(step)s”: %(share)s of those who came so far left there.") % {
            "step": step.label, "share": fine_share_told(share),
        }  # fmt: skip


def worst_of(reached: Reached) -> tuple[Step, float] | None:
    """The step after which the largest part of those who came to it is lost, among those to which enough came."""
    lost = [
        (step, 1 - reached.counts[step + 1] / reached.counts[step])
        for step in Step
        if step < Step.ORDER and reached.counts[step] >= LEAST
    ]
    return max(lost, key=lambda one: one[1], default=None)


def pause_told(seconds: float | None) -> str:
    """How long something took, roughly."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("%(n)s s") % {"n": number_format(round(seconds))}
    minutes = round(seconds / 60, 1 if seconds < 600 else 0)
    return _("%(n)s min") % {"n": number_format(int(minutes) if minutes == int(minutes) else minutes)}


# --- in pictures ---


def _funnel(asked: Asked, found: Figures, query: QueryDict, *, may_add: bool) -> Funnel:
    before = found.before if found.before.visits else None
    return Funnel(
        key="pz-funnel",
        title=_("From the visit to the order"),
        what=_("step"),
        value=_("visits"),
        stages=[
            Stage(
                name=str(step.label), count=found.now.counts[step], usual=before.share(step) if before else None,
                pause=pause_told(found.pauses[step]) if step < Step.ORDER else "",
                leave=reverse(LEAVE, args=[step.key]) + narrowed(query) if may_add and step < Step.ORDER else "",
                leave_told=_leave_told(found.leavers.get(step, 0), may_add=may_add) if step < Step.ORDER else "",
            )
            for step in Step
        ],
        usual_name=_("as many days before") if before else "",
        csv=_csv("funnel", query),
    )  # fmt: skip


def _leave_told(people: int, *, may_add: bool) -> str:
    if not may_add:
        return ngettext("%(n)s person", "%(n)s people", people) % {"n": number_told(people)}
    told = ngettext("Make a segment of this %(n)s person", "Make a segment of these %(n)s people", people)
    return told % {"n": number_told(people)}


def _days(asked: Asked, found: Figures, query: QueryDict) -> Lines:
    return Lines(
        key="pz-journey-days",
        title=_("How many came so far, week by week") if asked.is_long else _("How many came so far, day by day"),
        what=_("week from") if asked.is_long else _("day"),
        value=_("of the visits"),
        places=[date_format(one.key, "j M") for one in found.days],
        lines=[Line(str(SHORT[step]), [round(one.share(step), 4) for one in found.days]) for step in STEPS],
        told=share_told,
        csv=_csv("days", query),
    )


def _ways(found: Figures, query: QueryDict) -> Flows:
    names = {one.value: str(one.label) for one in Touchpoint}
    return Flows(
        key="pz-journey-ways", title=_("The first steps of visits"), value=_("visits"), flows=found.flows,
        names=names | {LEFT: _("Left")}, end=LEFT, goal=Touchpoint.ORDER, csv=_csv("ways", query),
    )  # fmt: skip


def _table(asked: Asked, found: Figures, query: QueryDict) -> Table:
    names = _names(asked.by, found)
    return Table(
        by=asked.by,
        heading=str(HEADINGS[asked.by]),
        steps=[str(step.label) for step in STEPS],
        rows=[_row(asked.by, one, names.get(one.key, str(one.key)), query) for one in found.by],
        others=[(narrowed(query, by=by), str(label), by == asked.by) for by, label in HEADINGS.items()],
        csv=_csv("table", query),
    )


def _row(by: str, reached: Reached, name: str, query: QueryDict) -> Row:
    field, value = ("whence", f"{SOURCE}{reached.key}") if by == "source" else (by, str(reached.key))
    worst = worst_of(reached)
    return Row(
        name=name,
        # Of a device that is not known there is nothing to choose.
        narrow=narrowed(query, **{field: value}) if reached.key else "",
        visits=number_told(reached.visits),
        cells=[Cell(fine_share_told(reached.share(step)), round(100 * reached.share(step), 1)) for step in STEPS],
        worst=_("%(step)s (%(share)s)") % {"step": worst[0].label, "share": share_told(worst[1])} if worst else "",
    )


def _names(by: str, found: Figures) -> dict[Any, str]:
    if by == "segment":
        return dict(Segment.objects.filter(pk__in=[one.key for one in found.by]).values_list("pk", "name"))
    if by == "device":
        return {"": _("unknown")} | {one.value: str(one.label) for one in Device}
    return {one.key: source_told(one.key) for one in found.by}


def _csv(name: str, query: QueryDict) -> str:
    return reverse(CSV, args=[name]) + narrowed(query)
