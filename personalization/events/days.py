"""The days of the log, each from midnight to midnight in UTC: found, locked and marked as summed."""

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from personalization.events.identifiers import first_id, moment_of
from personalization.events.models import SummedDay

DAY = timedelta(days=1)
# A browser that was offline may bring what happened up to two days ago.
LATE = timedelta(hours=48)
LOCK = "personalization_day"


def begin(day: date) -> datetime:
    """Its first moment."""
    return datetime.combine(day, time(), UTC)


def day_of(moment: datetime) -> date:
    """The day that a moment falls in."""
    return moment.astimezone(UTC).date()


def bounds(day: date) -> tuple[uuid.UUID, uuid.UUID]:
    """The range of ids of its events."""
    return first_id(begin(day)), first_id(begin(day + DAY))


def next_day(*, since: date, until: date, kind: str | None = None) -> date | None:
    """The first day of [since, until) that has an event, or one of that kind: one look into an index."""
    chosen, values = ("AND kind = %s", [kind]) if kind else ("", [])
    found = f"SELECT id FROM personalization_event WHERE id >= %s AND id < %s {chosen} ORDER BY id LIMIT 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(found, [first_id(begin(since)), first_id(begin(until)), *values])
        row = cursor.fetchone()
    return day_of(moment_of(row[0])) if row else None


def lock(day: date) -> None:
    """Nobody else sums, mends or empties this day before the transaction in hand closes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [LOCK, day.toordinal()])


def sum_again(day: date) -> None:
    """The day was changed: its figures are to be made again. For the transaction that changes it, at its end."""
    lock(day)
    SummedDay.objects.filter(day=day).update(is_stale=True)


def note_late(moments: Iterable[datetime], *, now: datetime) -> None:
    """Those of the moments that lie in days to which nothing is usually added any more: these are summed again."""
    for day in sorted({day_of(moment) for moment in moments if moment < now - LATE}):
        sum_again(day)


def stale(*, since: date, until: date) -> set[date]:
    """The days of [since, until) that were changed since they were summed, and may have no event left at all."""
    return set(SummedDay.objects.filter(day__gte=since, day__lt=until, is_stale=True).values_list("day", flat=True))


def settled(*, since: date, until: date) -> set[date]:
    """The days of [since, until) whose figures are made, and to which nothing is added any more."""
    rows = SummedDay.objects.filter(day__gte=since, day__lt=until, is_stale=False).values_list("day", "summed_at")
    return {day for day, summed_at in rows if summed_at >= begin(day) + DAY + LATE}


def is_settled(day: date) -> bool:
    """This day's figures are made for good."""
    return bool(settled(since=day, until=day + DAY))
