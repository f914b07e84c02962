"""Counts what came and what became of it, exactly: received = stored + refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models import Sum

from personalization.events.beacon.outcomes import RECEIVED, REFUSALS, STORED, Outcome
from personalization.events.days import day_of
from personalization.events.models import Tally
from personalization.events.write import count
from personalization.guard import guarded

DAYS_SHOWN = 30


@dataclass(frozen=True)
class Refused:
    """How many were refused for one reason, and which share of all that came."""

    outcome: Outcome
    count: int
    percent: float


@dataclass(frozen=True)
class Day:
    """A day's sums; of a whole period, `day` is None."""

    day: date | None
    received: int
    stored: int
    refused: list[Refused]

    @property
    def refused_count(self) -> int:
        """All that was refused."""
        return sum(one.count for one in self.refused)

    @property
    def is_balanced(self) -> bool:
        """Nothing has vanished."""
        return self.received == self.stored + self.refused_count


def refuse(why: Outcome, *, now: datetime, events: int = 1) -> None:
    """Counts a message that is refused as a whole; a failure to count is logged and changes nothing else."""
    work = partial(count, {why.name: events}, received=events, now=now)
    guarded(work, doing="counting a refusal", fallback=None, writes=True)


def days(*, now: datetime) -> list[Day]:
    """The days of the last month on which something came, newest first: one query."""
    since = day_of(now) - timedelta(days=DAYS_SHOWN)
    rows = Tally.objects.filter(day__gt=since).order_by().values_list("day", "outcome").annotate(sum=Sum("count"))
    by_day: dict[date, dict[str, int]] = {}
    for day, outcome, number in rows:
        by_day.setdefault(day, {})[outcome] = number
    return [_day(day, by_day[day]) for day in sorted(by_day, reverse=True)]


def total(of: list[Day]) -> Day:
    """All of them together."""
    sums: dict[str, int] = {RECEIVED: sum(day.received for day in of), STORED: sum(day.stored for day in of)}
    for day in of:
        for one in day.refused:
            sums[one.outcome.name] = sums.get(one.outcome.name, 0) + one.count
    return _day(None, sums)


def _day(day: date | None, sums: Mapping[str, int]) -> Day:
    received, known = sums.get(RECEIVED, 0), {one.name: one for one in REFUSALS}
    refused = [
        # A reason whose code is gone keeps its stored name.
        Refused(known.get(name) or Outcome(name, name, ""), number, 100 * number / received if received else 0.0)
        for name, number in sums.items()
        if name not in (RECEIVED, STORED) and number
    ]
    return Day(day, received, sums.get(STORED, 0), sorted(refused, key=lambda one: (-one.count, one.outcome.name)))
