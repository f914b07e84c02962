"""The monthly partitions of the log. One for what falls outside of them all loses nothing, whatever is missing."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import OperationalError, connection, transaction

from personalization.conf import conf
from personalization.events.identifiers import first_id

TABLE = "personalization_event"
DEFAULT = f"{TABLE}_default"
# Making or dropping a month waits for whoever reads the log, and every page waits behind it: so for an instant only,
# but often. What could not be dropped is emptied row by row; a month that is not made fails its job, and is worth more.
LOCK_TIMEOUT, PAUSE = "50ms", 0.05
# Nobody who asks for an instant only sends PostgreSQL's own vacuum away: it is waited for, half a minute in all.
LONGEST_PAUSE = 1.0
DROP_ATTEMPTS, MAKE_ATTEMPTS = 5, 40
BUSY = {"55P03", "40P01"}  # lock_not_available, deadlock_detected


@dataclass(frozen=True)
class Month:
    """A month of the log: its partition, and its days [since, until)."""

    name: str
    since: date
    until: date


def ensure_partitions(now: datetime, *, since: datetime | None = None) -> list[str]:
    """Makes the partitions from `since` (or this month) to the months ahead; gives the names of the new ones.

    Rows of such a month that came before its partition wait in the default one: they are moved in the same
    transaction. Running it twice, or twice at once, makes each partition once. Raises OperationalError when somebody
    reads the log for so long that pages would have to wait; months are made ahead, so the next night will do.
    """
    last = _month(now + timedelta(days=31 * conf.EVENT_MONTHS_AHEAD))
    return [name for month in _months(_month(since or now), last) if (name := _made(month))]


def partitions() -> list[str]:
    """The names of the partitions there are, oldest first, the default one last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [TABLE]
        )
        return [name for (name,) in cursor.fetchall()]


def months() -> list[Month]:
    """The months that have a partition, oldest first."""
    found = [match for name in partitions() if (match := re.fullmatch(rf"{TABLE}_(\d{{4}})_(\d\d)", name))]
    starts = [(match[0], datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)) for match in found]
    return [Month(name, start.date(), _next(start).date()) for name, start in starts]


def drop_month(month: Month, *, if_agreed: Callable[[date, date], bool]) -> bool:
    """Drops a month with all of its events, if the question, put while nobody can write into it, is answered by yes.

    False, and nothing done, if the answer is no, or if somebody reads the log for so long that pages had to wait.
    """
    for _ in range(DROP_ATTEMPTS):
        try:
            return _drop(month, if_agreed)
        except OperationalError as error:
            if not _is_busy(error):
                raise
    return False


@transaction.atomic
def _drop(month: Month, if_agreed: Callable[[date, date], bool]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
        cursor.execute(f"LOCK TABLE {month.name} IN SHARE MODE")
        if not if_agreed(month.since, month.until):
            return False
        cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {month.name}")
        cursor.execute(f"DROP TABLE {month.name}")
    return True


def _made(month: datetime) -> str | None:
    for attempt in range(1, MAKE_ATTEMPTS):
        try:
            return _ensure(month)
        except OperationalError as error:
            if not _is_busy(error):
                raise
        # The pages that queued behind the attempt go first.
        time.sleep(min(PAUSE * attempt, LONGEST_PAUSE))
    return _ensure(month)


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in BUSY


def _ensure(month: datetime) -> str | None:
    name, start, end = f"{TABLE}_{month:%Y_%m}", first_id(month), first_id(_next(month))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return None
        # Attaching needs this lock anyway; taken first, no row can slip in between the move and it.
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute(f"LOCK TABLE {DEFAULT} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        taken_out = f"DELETE FROM {DEFAULT} WHERE id >= %s AND id < %s RETURNING *"  # noqa: S608 - names of our own
        cursor.execute(f"WITH moved AS ({taken_out}) INSERT INTO {name} SELECT * FROM moved", [start, end])  # noqa: S608
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')")
    return name


def _month(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _month(month + timedelta(days=32))


def _months(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first = _next(first)
