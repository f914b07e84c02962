"""The job behind the journeys: follows what is new in the log, visit by visit.

Visits are found by the ids of the log's newest events and then read as a whole, so that it makes no difference how
often, or in which order, that is done. Browsers may bring something two days late, and bots are found out afterwards:
with each new day the last three are followed once more. A transaction covers a week at most; whoever is killed leaves
whole weeks, and the next goes on from there.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from personalization.events.daily import EARLIEST
from personalization.events.days import DAY, begin, day_of, next_day
from personalization.events.identifiers import first_id, moment_of
from personalization.events.limits import first_days_kept
from personalization.events.models import ImportedFile
from personalization.people.journeys import read
from personalization.people.journeys.models import Journey, JourneyClock

STARTED = "visit_started"
_CLEAR = f"DROP TABLE IF EXISTS {', '.join(read.TABLES)}"
# Pages that are slow to write come a little late.
OPEN = timedelta(minutes=15)
LATE = timedelta(days=3)
CHUNK = timedelta(days=7)
# A visit gets its id with the answer to its first page: what that page itself told has an earlier one.
BEFORE_ITS_ID = timedelta(hours=1)


def follow_visits(*, now: datetime) -> dict[str, int]:
    """Brings the journeys up to this moment; gives how many are new or other than before, and how many are gone."""
    began, written, gone = timezone.now(), 0, 0
    for since, until in _chunks(_since(now), now):
        with transaction.atomic():
            _hold()
            more, less = _follow(since, until, now=now)
            JourneyClock.objects.update_or_create(pk=1, defaults={"followed_until": until})
        written, gone = written + more, gone + less
    for statement in read.LEAVE:
        gone += _execute(statement, {"began": began})
    return {"visits": written, "visits_gone": gone}


def forget_visits(now: datetime) -> dict[str, int]:
    """Lets go of visits that the log keeps no more, and of those of strangers who were forgotten."""
    first = first_id(begin(first_days_kept(now)[STARTED]))
    return {"old_visits": Journey.objects.filter(pk__lt=first).delete()[0] + _execute(read.FORGET_STRANGERS)}


def _since(now: datetime) -> datetime:
    clock = JourneyClock.objects.first()
    if clock is None or _came_from_a_file(since=clock.followed_until):
        first = next_day(since=EARLIEST, until=day_of(now) + DAY, kind=STARTED)
        return begin(first) if first else now
    since = clock.followed_until - OPEN
    return since if day_of(clock.followed_until) == day_of(now) else min(since, begin(day_of(now)) - LATE)


def _came_from_a_file(*, since: datetime) -> bool:
    """Whether a file that tells of visits was read to its end since: they lie anywhere in the past."""
    read = ImportedFile.objects.filter(finished_at__gte=since - OPEN).exclude(mapping={})
    mapped = (dict(one.get("columns") or {}) for one in read.values_list("mapping", flat=True))
    return any(not columns or "visit" in columns for columns in mapped)


def _chunks(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since + CHUNK < now:
        yield since, since + CHUNK
        since += CHUNK
    yield since, now


def _hold() -> None:
    """Nobody else follows until the transaction in hand commits."""
    _execute("SELECT pg_advisory_xact_lock(hashtext('personalization.journeys'))")
    _execute(_CLEAR)


def _follow(since: datetime, until: datetime, *, now: datetime) -> tuple[int, int]:
    # The clocks of two servers differ a little: the newest events may lie ahead of ours.
    ahead = first_id(now + DAY)
    values: dict[str, Any] = {
        "since": first_id(since), "until": ahead if until == now else first_id(until), "ahead": ahead,
        "kinds": list(read.KINDS), "lately": since - DAY,
    }  # fmt: skip
    written, gone = _made(read.TOUCHED, values)
    if until == now:
        _execute(_CLEAR)
        written += _made(read.TOUCHED_AGAIN, values)[0]
    return written, gone + sum(_execute(statement, values) for statement in read.SAID_NO)


def _made(touched: str, values: dict[str, Any]) -> tuple[int, int]:
    """Reads the visits that the statement finds, each as a whole; gives how many were written and how many left."""
    if not _execute(touched, values):
        return 0, 0
    first = _oldest()
    found = values | {"first": first, "oldest": first_id(moment_of(first) - BEFORE_ITS_ID)}
    for statement in read.MAKE:
        _execute(statement, found)
    with connection.cursor() as cursor:
        cursor.execute(read.WRITE, found)
        written, gone = cursor.fetchone()
    return written, gone


def _oldest() -> uuid.UUID:
    with connection.cursor() as cursor:
        cursor.execute(read.OLDEST)
        found: uuid.UUID = cursor.fetchone()[0]
        return found


def _execute(statement: str, values: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
