"""What several questions ask of the log, gathered once: each kind of event since the first that anybody asks for.

For a run of counts, of everybody; for the count beside a tree, of a part of all people.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction

from personalization.events.identifiers import moment_of
from personalization.guard.failure import kind_and_message_of
from personalization.people.rules.deeds import COLUMNS, DEEDS, Deeds, looked_up_in
from personalization.people.segments.compile import meant
from personalization.people.segments.limited import limited
from personalization.people.segments.settled import Settled

logger = logging.getLogger("personalization")
EVER = UUID(int=0)
TIME_LIMIT, MEMORY = timedelta(minutes=10), "128MB"
# Of so many questions about one kind the second and all others are cheaper.
SHARED_BY = 2
_COLUMNS = ", ".join(f"one.{name}" for name in COLUMNS)


@dataclass
class Asked:
    """Takes down which deeds are asked for; they are looked up in the log itself."""

    deeds: list[Deeds] = field(default_factory=list)

    def table_of(self, deeds: Deeds) -> str:
        """None."""
        self.deeds.append(deeds)
        return ""


@dataclass(frozen=True)
class Gathered:
    """The first id that the table has all deeds of a kind from."""

    first: Mapping[str, UUID]
    table: str

    def table_of(self, deeds: Deeds) -> str:
        """The table; empty if anything is missing there."""
        since = deeds.first or EVER
        has_all = all(kind in self.first and self.first[kind] <= since for kind in deeds.kinds)
        return self.table if has_all and self.is_kept else ""

    @property
    def is_kept(self) -> bool:
        """Nobody takes it away before it is read."""
        return True


GONE = float("-inf")


@dataclass
class Beat:
    """When a run last told the others that it lives."""

    at: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class OfRun(Gathered):
    """That of a run, which others take away once it is silent."""

    beat: Beat = field(default_factory=Beat)

    @property
    def is_kept(self) -> bool:
        """It has told of itself just now."""
        return time.monotonic() - self.beat.at < USED.total_seconds()

    def tell(self) -> None:
        """Before each count, in no transaction: so that others see it."""
        if self.beat.at == GONE:
            return
        try:
            with transaction.atomic():
                _execute(_TELL.format(table=self.table, now=int(time.time())))
            self.beat.at = time.monotonic()
        except DatabaseError as error:
            logger.error("The log that was gathered for segments is gone: %s", kind_and_message_of(error))
            self.beat.at = GONE


def asked_for(trees: Iterable[Settled], *, now: datetime) -> list[Deeds]:
    """All that these trees ask of the log."""
    asked = Asked()
    with looked_up_in(asked):
        for tree in trees:
            meant(tree, now=now)
    return asked.deeds


def _first_of(deeds: Iterable[Deeds]) -> dict[str, UUID]:
    found: dict[str, UUID] = {}
    for one in deeds:
        for kind in one.kinds:
            found[kind] = min(found.get(kind, one.first or EVER), one.first or EVER)
    return found


def _since(first: Mapping[str, UUID]) -> tuple[str, list[Any]]:
    """The condition that an event is one of these."""
    each = " OR ".join("one.kind = %s AND one.id >= %s" for _kind in first)
    return f"one.id >= %s AND ({each})", [min(first.values()), *(one for pair in first.items() for one in pair)]


# --- of everybody, for a run of counts --------------------------------------------------------------------------------

# A table that all sessions see: each count is a transaction of its own, and behind a pooler of connections each of them
# may have another session, in which a temporary table would be missing, or be that of an earlier run.
_NAME = "personalization_gathered"
_MAKE = """
CREATE TABLE {table} (
    account bigint, stranger uuid, id uuid, kind text, happened_at timestamptz, product_id bigint, quantity integer,
    value numeric, payload jsonb
) PARTITION BY LIST (kind)
"""
_PART = "CREATE UNLOGGED TABLE {table}_{number} PARTITION OF {table} FOR VALUES IN (%s)"
_DROP = "DROP TABLE IF EXISTS {table}"
# Narrow, for it is read many times: what nobody looks into stays away.
_FILL = f"""
INSERT INTO {{table}}
SELECT account, stranger, id, kind, happened_at, product_id, quantity, value,
       CASE WHEN kind = ANY(%s::text[]) THEN payload END
FROM ({DEEDS} AND {{since}}) AS deed
"""  # noqa: S608 - words of our own
# A run writes beside its table that it lives, and looks so long into it afterwards; later, into the log itself. Who is
# silent for longer than that and the longest statement together was killed: the next run takes its table away.
USED, ABANDONED = timedelta(minutes=2), timedelta(minutes=15)
_TELL = "COMMENT ON TABLE {table} IS '{now}'"
_LEFT_BEHIND = f"""
SELECT relname FROM (
    SELECT relname,
           CASE WHEN relname ~ '^{_NAME}_[0-9]+_[0-9a-f]+$' THEN split_part(relname, '_', 3)::bigint END AS made,
           substring(obj_description(oid, 'pg_class') FROM '^[0-9]{{1,15}}$')::bigint AS told
    FROM pg_class WHERE relkind = 'p' AND pg_table_is_visible(oid)
) AS one WHERE greatest(made, told) < %s AND made IS NOT NULL
"""  # noqa: S608


@contextmanager
def gathered(trees: Iterable[Settled], *, now: datetime) -> Iterator[Callable[[], None]]:
    """Inside, the windows that several of these trees look into are read from a table of this run's own.

    Gives what is to be called before each count.
    """
    _clear_away()
    deeds = _shared(asked_for(trees, now=now))
    table = f"{_NAME}_{int(time.time())}_{uuid4().hex[:8]}"
    if not deeds or not _filled(table, deeds):
        yield lambda: None
        return
    run = OfRun(_first_of(deeds), table)
    try:
        with looked_up_in(run):
            yield run.tell
    finally:
        _drop(table)


def _shared(deeds: list[Deeds]) -> list[Deeds]:
    """What asks for all that ever happened goes to the log itself: there is too much of it."""
    within = [one for one in deeds if one.first is not None]
    asked = [kind for one in within for kind in one.kinds]
    return [one for one in within if any(asked.count(kind) >= SHARED_BY for kind in one.kinds)]


def _filled(table: str, deeds: list[Deeds]) -> bool:
    """False if that failed: then each question goes to the log by itself."""
    first = _first_of(deeds)
    told = sorted({kind for one in deeds if one.has_payload for kind in one.kinds})
    since, bound = _since(first)
    try:
        with limited(TIME_LIMIT, memory=MEMORY):
            _execute(_MAKE.format(table=table))
            for number, kind in enumerate(first):
                _execute(_PART.format(table=table, number=number), [kind])
            _execute(_FILL.format(table=table, since=since), [told, list(first), *bound])
            _execute(f"ANALYZE {table}")
            _execute(_TELL.format(table=table, now=int(time.time())))
    except DatabaseError as error:
        logger.error("The log could not be gathered for segments: %s", kind_and_message_of(error))
        return False
    return True


def _clear_away() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_BEHIND, [int(time.time() - ABANDONED.total_seconds())])
        left = [name for (name,) in cursor.fetchall()]
    for table in left:
        _drop(table)


def _drop(table: str) -> None:
    """What cannot be taken away now is taken away by a later run."""
    try:
        with transaction.atomic():
            _execute(_DROP.format(table=table))
    except DatabaseError as error:
        logger.error("The log that was gathered for segments stays for now: %s", kind_and_message_of(error))


def _execute(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- of some people: those whose draw is low --------------------------------------------------------------------------

# Who was not here since then did nothing, but for what came in after the profile was made.
A_DAY = timedelta(days=1)
# Each looked up by itself, for that is what the offsets come to: a window has many times more events of others.
_OF_PART = f"""
pz_part AS MATERIALIZED (
    SELECT person, user_id FROM personalization_profile WHERE draw < %s AND last_seen_at >= %s
), pz_browser AS MATERIALIZED (
    SELECT visitor.id, pz_part.user_id AS account FROM pz_part CROSS JOIN LATERAL (
        SELECT id FROM personalization_visitor WHERE user_id = pz_part.user_id OFFSET 0
    ) AS visitor
    UNION ALL
    SELECT person, NULL FROM pz_part
    WHERE user_id IS NULL AND (SELECT known.user_id FROM personalization_visitor AS known WHERE id = person) IS NULL
), pz_log AS MATERIALIZED (
    SELECT pz_part.user_id AS account, NULL::uuid AS stranger, {_COLUMNS} FROM pz_part CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM personalization_event AS one
        WHERE one.user_id = pz_part.user_id AND one.traffic = 'shopper' AND {{since}} OFFSET 0
    ) AS one
    UNION ALL
    SELECT browser.account, CASE WHEN browser.account IS NULL THEN browser.id END, {_COLUMNS}
    FROM pz_browser AS browser CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM personalization_event AS one
        WHERE one.visitor_id = browser.id AND one.user_id IS NULL AND one.traffic = 'shopper' AND {{since}} OFFSET 0
    ) AS one
)"""  # noqa: S608


def of_part(deeds: Iterable[Deeds], *, draws: int) -> tuple[Gathered, str, list[Any]]:
    """What such a part of all people did, and the table of it for the statement that this stands ahead of."""
    first = _first_of(deeds)
    since, bound = _since(first)
    seen = moment_of(min(first.values())) - A_DAY
    return Gathered(first, "pz_log"), _OF_PART.format(since=since), [draws, seen, *bound, *bound]
