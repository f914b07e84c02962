"""One chunk into the log: by COPY straight into it, which spares the server a table on the way."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import connection, transaction
from psycopg.errors import UniqueViolation

from personalization.events.days import LOCK
from personalization.events.imports import wire
from personalization.events.imports.chunks import Chunk
from personalization.events.imports.resolve import COLUMNS, MET_COLUMNS, Resolved
from personalization.events.imports.values import EPOCH

# So many ids tell whether a chunk was read before.
SAMPLE = 100
ROWS_AT_ONCE = 1000
DAY = 86_400_000

# One walk down the index for each: by the statistics of a young partition the server would rather read all of the log.
_KNOWN = """
SELECT known.id FROM unnest(%s::uuid[]) AS asked (id),
LATERAL (SELECT id FROM personalization_event AS one WHERE one.id = asked.id OFFSET 0) AS known
"""

_MET = """
DROP TABLE IF EXISTS pz_arriving_met;
CREATE TEMPORARY TABLE pz_arriving_met (visitor_id uuid, user_id bigint, traffic text, happened_at timestamptz)
ON COMMIT DROP
"""

_VISITORS = """
INSERT INTO personalization_visitor AS known (id, user_id, traffic, first_seen_at, last_seen_at, linked_at, visits)
SELECT visitor_id, (array_agg(user_id ORDER BY happened_at) FILTER (WHERE user_id IS NOT NULL))[1],
       min(traffic), min(happened_at), max(happened_at), min(happened_at) FILTER (WHERE user_id IS NOT NULL), 0
FROM pz_arriving_met GROUP BY visitor_id ORDER BY visitor_id
ON CONFLICT (id) DO UPDATE SET
    user_id = coalesce(known.user_id, excluded.user_id), linked_at = coalesce(known.linked_at, excluded.linked_at),
    first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
WHERE known.first_seen_at > excluded.first_seen_at OR known.last_seen_at < excluded.last_seen_at
   OR known.user_id IS NULL AND excluded.user_id IS NOT NULL
"""


@dataclass(frozen=True)
class Stored:
    """What became of the rows of a chunk."""

    read: int
    stored: int
    rejected: int

    @property
    def known(self) -> int:
        """Rows whose event the log had already."""
        return self.read - self.stored - self.rejected


def store(chunk: Chunk, resolved: Resolved) -> Stored:
    """Puts the chunk into the log, within the transaction in hand."""
    _meet(resolved.met)
    stored = _store_new(resolved.events)
    forget_sums(_days(stored))
    return Stored(chunk.rows, len(stored), len(chunk.rejects))


def would_store(chunk: Chunk, resolved: Resolved) -> Stored:
    """What `store` would do, without a trace."""
    events = resolved.events
    return Stored(chunk.rows, len(events.keys() - _known(events)), len(chunk.rejects))


def forget_sums(days: Iterable[date]) -> None:
    """The figures of these days are to be made again: as `days.sum_again`, for many days in one go."""
    changed = sorted(days)
    with connection.cursor() as cursor:
        numbers = [day.toordinal() for day in changed]
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), number) FROM unnest(%s::integer[]) AS number", [LOCK, numbers]
        )
        cursor.execute("DELETE FROM personalization_summedday WHERE day = ANY(%s::date[])", [changed])


def _days(ordered: Sequence[bytes]) -> list[date]:
    # An id begins with its milliseconds, and these are in order.
    found, place = [], 0
    while place < len(ordered):
        day = int.from_bytes(ordered[place][:6], "big") // DAY
        found.append(date.fromordinal(EPOCH.toordinal() + day))
        place = bisect_left(ordered, ((day + 1) * DAY).to_bytes(6, "big"), place)
    return found


def _meet(rows: Sequence[bytes]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MET)
        _copy(f"pz_arriving_met ({MET_COLUMNS})", rows)
        cursor.execute(_VISITORS)


def _store_new(events: dict[bytes, bytes]) -> Sequence[bytes]:
    """Stores the events that the log lacks; gives their ids, in order.

    Most files hold nothing that is known: they are not held up by the question. The log takes no id twice, and if it
    finds one, all are asked about.
    """
    # In the order of their ids, so that neighbours go into the same pages of the indexes.
    ordered = sorted(events)
    known = _known(ordered) if _known(ordered[:: len(ordered) // SAMPLE + 1]) else set()
    while True:
        new = [key for key in ordered if key not in known]
        try:
            with transaction.atomic():
                _copy(f"personalization_event ({COLUMNS})", map(events.__getitem__, new))
            return new
        except UniqueViolation:
            before, known = known, _known(ordered)
            if known == before:
                raise


def _known(keys: Iterable[bytes]) -> set[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[key.hex() for key in keys]])
        return {key.bytes for (key,) in cursor.fetchall()}


def _copy(table: str, rows: Iterable[bytes]) -> None:
    left = iter(rows)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(wire.BEGIN)
        while block := b"".join(islice(left, ROWS_AT_ONCE)):
            copy.write(block)
        copy.write(wire.END)
