"""A log of ten months long ago: how quickly a visitor's latest events are found, how quickly a month goes."""

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

# Ids as the app makes them: 48 bits of time, the version, and chance. A visitor's number becomes a uuid.
_FILL = """
INSERT INTO {table} (id, kind, happened_at, visitor_id, traffic, product_id, payload)
SELECT encode(int8send((ms << 16) | (x'7000'::int8 | (random() * 4095)::int8))
              || int8send((x'8000000000000000'::bit(64)::int8) | (random() * 4611686018427387903)::int8), 'hex')::uuid,
       CASE WHEN n %% 5 = 0 THEN 'basket_added' ELSE 'product_viewed' END, to_timestamp(ms / 1000.0),
       lpad(to_hex((random() * %(visitors)s)::int), 32, '0')::uuid, 'shopper', 1 + (random() * 60000)::int, '{{}}'
FROM (SELECT n, (%(start)s + random() * %(length)s)::int8 AS ms FROM generate_series(1, %(rows)s) AS n) AS drawn
"""


@dataclass(frozen=True)
class LongLog:
    """What was measured."""

    events: int
    bytes_per_event: float
    # Of visitors asked for the first time, and then once more.
    latest_ms: float
    latest_p99_ms: float
    again_ms: float
    again_p99_ms: float
    history_ms: float
    drop_ms: float


def measure(*, events: int) -> LongLog:
    """Fills ten months of 2001, asks, drops one month; then all of it is taken away again."""
    with _filled(events // len(MONTHS)):
        size = _size()
        latest, again = ([_timed(partial(_latest, person)) for person in _people()] for _ in range(2))
        whole = [_timed(partial(_history, person)) for person in _people()]
        return LongLog(
            events=events,
            bytes_per_event=size / events,
            latest_ms=statistics.median(latest),
            latest_p99_ms=statistics.quantiles(latest, n=100)[98],
            again_ms=statistics.median(again),
            again_p99_ms=statistics.quantiles(again, n=100)[98],
            history_ms=statistics.median(whole),
            drop_ms=_timed(partial(_drop, _name(MONTHS[0]))),
        )


def _people() -> list[uuid.UUID]:
    return [uuid.UUID(int=1 + number * (VISITORS // READS)) for number in range(READS)]


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
                    "length": 28 * 86_400_000,
                    "visitors": VISITORS,
                    "rows": rows_a_month,
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
