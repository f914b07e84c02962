"""The picture of quality over time: where each run stands, in the units of the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime

from personalization.recommend.models import TrainingRun
from personalization.recommend.wording import lead_of

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 24, 24, 40
SHOWN = 30
LABELS = 6


@dataclass(frozen=True)
class Point:
    """One run in the picture."""

    run: TrainingRun
    x: float
    y: float
    lead: float
    label: str

    @property
    def is_served(self) -> bool:
        """Shoppers see this version."""
        return self.run.status == TrainingRun.Status.PUBLISHED

    @property
    def is_refused(self) -> bool:
        """It was not good enough."""
        return self.run.status in (TrainingRun.Status.REFUSED, TrainingRun.Status.FAILED)

    @property
    def stands_left(self) -> bool:
        """Its label goes to the left, where there is room for it."""
        return self.x > WIDTH - 140


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """All that the template draws."""

    points: list[Point]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    even: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def line(self) -> str:
        """The points joined, for an SVG polyline; refused versions were never seen and are left out."""
        return " ".join(f"{one.x:.1f},{one.y:.1f}" for one in self.points if not one.is_refused)


def measured_runs(*, limit: int = SHOWN) -> list[TrainingRun]:
    """The latest runs whose quality was measured, oldest first."""
    found = TrainingRun.objects.filter(figures__cases__gt=0).order_by("-asked_at", "-pk")[:limit]
    return list(found)[::-1]


def chart_of(runs: Sequence[TrainingRun]) -> Chart:
    """The picture of these runs, evenly spaced by date and measured from nought."""
    leads = [lead_of(run) or 0.0 for run in runs]
    top = _ceiling(max([*leads, 1.2]))
    times = [run.asked_at for run in runs]
    points = [
        Point(run, _x(run.asked_at, times), _y(lead, top), lead, number_format(round(lead, 1), decimal_pos=1))
        for run, lead in zip(runs, leads, strict=True)
    ]
    step = 0.5 if top <= 3 else 1.0 if top <= 6 else 2.0
    marks = [step * number for number in range(int(top / step) + 1)]
    y_ticks = [Tick(_y(mark, top), number_format(mark, decimal_pos=1)) for mark in marks]
    return Chart(points, _dates(points), y_ticks, _y(1.0, top))


def _ceiling(value: float) -> float:
    return max(1.5, int(value * 1.15 * 2 + 1) / 2)


def _x(moment: datetime, times: Sequence[datetime]) -> float:
    first, last = times[0], times[-1]
    if first == last:
        return (LEFT + WIDTH - RIGHT) / 2
    share = (moment - first) / (last - first)
    return LEFT + 16 + share * (WIDTH - RIGHT - LEFT - 32)


def _y(lead: float, top: float) -> float:
    return HEIGHT - BOTTOM - lead / top * (HEIGHT - BOTTOM - TOP)


def _dates(points: Sequence[Point]) -> list[Tick]:
    ticks: list[Tick] = []
    for point in points:
        if not ticks or point.x - ticks[-1].at >= (WIDTH - LEFT - RIGHT) / LABELS:
            ticks.append(Tick(point.x, date_format(localtime(point.run.asked_at), "j M")))
    return ticks
