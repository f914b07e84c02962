"""How a segment changed: who came and who left, day by day."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate

from personalization.people.segments.models import MembershipChange, Segment

WEEK, SHOWN = 7, 28


@dataclass(frozen=True)
class Day:
    """One day in the shop's time."""

    day: date
    entered: int = 0
    left: int = 0


def days(segment: Segment, *, now: datetime, back: int = SHOWN) -> list[Day]:
    """The last days, oldest first; a day without changes is there too."""
    today = localdate(now)
    changes = MembershipChange.objects.filter(segment=segment, happened_at__gte=now - timedelta(days=back))
    counted = {
        (day, is_entry): count
        for day, is_entry, count in changes.annotate(day=TruncDate("happened_at"))
        .values_list("day", "is_entry")
        .annotate(count=Count("pk"))
    }
    shown = [today - timedelta(days=n) for n in reversed(range(back))]
    return [Day(one, counted.get((one, True), 0), counted.get((one, False), 0)) for one in shown]


def week(segment_ids: Collection[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """How many entered and left each of these in seven days: one query."""
    changes = MembershipChange.objects.filter(segment_id__in=segment_ids, happened_at__gte=now - timedelta(days=WEEK))
    found: dict[int, tuple[int, int]] = {}
    for pk, is_entry, count in changes.values_list("segment_id", "is_entry").annotate(count=Count("pk")):
        entered, left = found.get(pk, (0, 0))
        found[pk] = (count, left) if is_entry else (entered, count)
    return found


# --- the picture: bars above the line for those who came, below it for those who left ---

WIDTH, HEIGHT, MIDDLE, ROOM = 840, 200, 96, 72


@dataclass(frozen=True)
class Bar:
    """A day of the picture."""

    day: Day
    x: float
    width: float
    up: float
    down: float
    has_label: bool

    @property
    def top(self) -> float:
        """Where the upper bar begins."""
        return round(MIDDLE - self.up, 1)

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return round(self.x + self.width / 2, 1)


def bars(shown: list[Day]) -> Iterator[Bar]:
    """The days as bars of one scale."""
    most = max((max(one.entered, one.left) for one in shown), default=0) or 1
    step = WIDTH / max(len(shown), 1)
    for n, one in enumerate(shown):
        yield Bar(
            one, x=round(n * step + step * 0.15, 1), width=round(step * 0.7, 1),
            up=round(ROOM * one.entered / most, 1), down=round(ROOM * one.left / most, 1),
            has_label=(len(shown) - 1 - n) % WEEK == 0,
        )  # fmt: skip
