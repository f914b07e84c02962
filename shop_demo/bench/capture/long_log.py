"""A log of ten months long ago: how quickly a visitor's latest events are found, how quickly a month goes.

Visitors with an even number come in visits of ten events within ten minutes, as people do; those of the others lie
about at random, one here and one there, as of nobody. Rows are written in the order of their time, as a shop does.
"""

import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from django.db import connection
from django.test import override_settings

from personalization.events import history
from personalization.events.partitions import TABLE, ensure_partitions
from personalization.events.person import Person

# Before any shop's first order, so that nothing of a real log is touched.
MONTHS = [datetime(2001, month, 1, tzinfo=UTC) for month in range(1, 11)]
VISITORS = 20_000
READS = 300
LATEST = 50

VISIT, VISIT_MINUTES = 10, 10

# Ids as the app makes them: 48 bits of time, the version, and chance. A visitor's number becomes a uuid.
_FILL = """
WITH visits AS MATERIALIZED (
    SELECT (random() * %(visitors)s)::int AS who, %(start)s + random() * %(length)s AS began
    FROM generate_series(1, %(rows)s / %(visit)s)
), drawn AS MATERIALIZED (
    SELECT n, who, (CASE WHEN who %% 2 = 0 THEN began + random() * %(visit_length)s
                         ELSE %(start)s + random() * %(length)s END)::int8 AS ms
    FROM visits, generate_series(1, %(visit)s) AS n
)
INSERT INTO {table} (id, kind, happened_at, visitor_id, traffic, product_id, payload)
SELECT encode(int8send((ms << 16) | (x'7000'::int8 | (random() * 4095)::int8))
              || int8send((x'8000000000000000'::bit(64)::int8) | (random() * 4611686018427387903)::int8), 'hex')::uuid,
       CASE WHEN n %% 5 = 0 THEN 'basket_added' ELSE 'product_viewed' END, to_timestamp(ms / 1000.0),
       lpad(to_hex(who), 32, '0')::uuid, 'shopper', 1 + (random() * 60000)::int, '{{}}'
FROM drawn ORDER BY ms
"""


@dataclass(frozen=True)
class Found:
    """Milliseconds of many visitors' latest events: median and 99th percentile."""

    median: float
    p99: float


@dataclass(frozen=True)
class LongLog:
    """What was measured."""

    events: int
    bytes_per_event: float
    # Of visitors asked for the first time, and then once more.
    first: Found
    again: Found
    # Of those whose events lie about.
    scattered_first: Found
    scattered_again: Found
    history_ms: float
    drop_ms: float


def measure(*, events: int) -> LongLog:
    """Fills ten months of 2001, asks, drops one month; then all of it is taken away again."""
    with _filled(events // len(MONTHS)):
        size = _size()
        first, again, scattered_first, scattered_again = (_found(_people(one)) for one in (2, 2, 1, 1))
        whole = [_timed(partial(_history, person)) for person in _people(2)]
        return LongLog(
            events=events,
            bytes_per_event=size / events,
            first=first,
            again=again,
            scattered_first=scattered_first,
            scattered_again=scattered_again,
            history_ms=statistics.median(whole),
            drop_ms=_timed(partial(_drop, _name(MONTHS[0]))),
        )


def _people(first: int) -> list[uuid.UUID]:
    # Every 66th, so that all are even, or none is.
    return [uuid.UUID(int=first + number * (VISITORS // READS // 2 * 2)) for number in range(READS)]


def _found(people: list[uuid.UUID]) -> Found:
    taken = [_timed(partial(_latest, person)) for person in people]
    return Found(statistics.median(taken), statistics.quantiles(taken, n=100)[98])


def _latest(visitor_id: uuid.UUID) -> None:
    with override_settings(PERSONALIZATION_HISTORY_EVENTS=LATEST):
        if len(_history(visitor_id).happenings) < LATEST:
            raise RuntimeError("A visitor has fewer events than are asked for: the log was not filled.")


def _history(visitor_id: uuid.UUID) -> history.History:
    # Within the months that are there, as a shop always is: the coming ones are made ahead.
    return history.recent(Person(visitor_id=visitor_id), now=MONTHS[-1] + timedelta(days=27))


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _filled(rows_a_month: int) -> Iterator[None]:
    made = [name for month in MONTHS for name in ensure_partitions(month, since=month)]
    try:
        with connection.cursor() as cursor:
            for month in MONTHS:
                values = {
                    "start": int(month.timestamp() * 1000),
                    "length": 28 * 86_400_000 - VISIT_MINUTES * 60_000,
                    "visitors": VISITORS,
                    "rows": rows_a_month,
                    "visit": VISIT,
                    "visit_length": VISIT_MINUTES * 60_000,
                }
                cursor.execute(_FILL.format(table=_name(month)), values)
                cursor.execute(f"ANALYZE {_name(month)}")
        yield
    finally:
        for name in made:
            _drop(name)


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_total_relation_size(to_regclass(name))) FROM unnest(%s::text[]) AS name",
                       [[_name(month) for month in MONTHS]])  # fmt: skip
        return int(cursor.fetchone()[0])


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _name(month: datetime) -> str:
    return f"{TABLE}_{month:%Y_%m}"
