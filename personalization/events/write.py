"""The one statement that writes: visitors and events of a request together, each event at most once."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from personalization.events.kinds import Traffic


@dataclass(frozen=True)
class NewEvent:
    """An event on its way to the log."""

    id: uuid.UUID
    kind: str
    happened_at: datetime
    visitor_id: uuid.UUID | None = None
    user_id: int | None = None
    visit_id: uuid.UUID | None = None
    traffic: str = Traffic.SHOPPER
    product_id: int | None = None
    variant_id: int | None = None
    quantity: int | None = None
    value: Decimal | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenVisitor:
    """A visitor met in a request; `user_id` links it to an account unless it is linked already.

    `follows` is the visitor that this browser was until now: the count of visits goes on from there.
    """

    id: uuid.UUID
    seen_at: datetime
    user_id: int | None = None
    traffic: str = Traffic.SHOPPER
    visit_id: uuid.UUID | None = None
    follows: uuid.UUID | None = None
    has_script: bool = False


# One round trip for all. A visitor's row is touched at most once a minute, so a fast clicker makes no dead rows.
# Two last looks belong in the statement itself, because no cookie knows of them: a visitor who was erased while a page
# was on its way, and an account that has said no on another device. What the shop's orders say is kept all the same,
# but for the name of the erased. An erased account has said no until it answers anew; what it did before stays gone.
_SEEN = """
WITH seen AS (
    SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[], %s::uuid[], %s::uuid[], %s::boolean[])
        AS one (id, user_id, traffic, seen_at, visit_id, follows, has_script)
    WHERE NOT EXISTS (SELECT FROM personalization_erasure AS gone WHERE gone.subject = sha256(uuid_send(one.id)))
      AND NOT EXISTS (SELECT FROM personalization_accountconsent AS said WHERE said.user_id = one.user_id
                      AND NOT said.purposes && '{analytics,personalization}')
      AND NOT EXISTS (SELECT FROM personalization_erasure AS gone
                      WHERE gone.subject = sha256(convert_to('account:' || one.user_id, 'UTF8'))
                        AND (one.seen_at <= gone.erased_at OR NOT EXISTS (
                            SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = one.user_id)))
), visitors AS (
    INSERT INTO personalization_visitor AS known
        (id, user_id, traffic, first_seen_at, last_seen_at, linked_at, visit_id, visits, script_seen_at)
    SELECT seen.id, seen.user_id, seen.traffic, coalesce(before.first_seen_at, seen.seen_at), seen.seen_at,
           CASE WHEN seen.user_id IS NOT NULL THEN seen.seen_at END, seen.visit_id,
           coalesce(before.visits, 0)
               + (seen.visit_id IS NOT NULL AND before.visit_id IS DISTINCT FROM seen.visit_id)::int,
           CASE WHEN seen.has_script THEN seen.seen_at ELSE before.script_seen_at END
    FROM seen LEFT JOIN personalization_visitor AS before ON before.id = seen.follows
    ON CONFLICT (id) DO UPDATE SET
        last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
        user_id = coalesce(known.user_id, excluded.user_id),
        linked_at = coalesce(known.linked_at, excluded.linked_at),
        traffic = CASE WHEN excluded.traffic = 'staff' THEN 'staff' ELSE known.traffic END,
        visits = known.visits
            + (excluded.visit_id IS NOT NULL AND known.visit_id IS DISTINCT FROM excluded.visit_id)::int,
        visit_id = coalesce(excluded.visit_id, known.visit_id),
        script_seen_at = coalesce(known.script_seen_at, excluded.script_seen_at)
    WHERE known.last_seen_at < excluded.last_seen_at - interval '1 minute'
       OR known.user_id IS NULL AND excluded.user_id IS NOT NULL
       OR known.visit_id IS DISTINCT FROM excluded.visit_id AND excluded.visit_id IS NOT NULL
       OR known.script_seen_at IS NULL AND excluded.script_seen_at IS NOT NULL
       OR excluded.traffic = 'staff' AND known.traffic <> 'staff'
    RETURNING id, visits
), arriving AS (
"""

_FROM_PAGES = """
    SELECT * FROM jsonb_to_recordset(%s) AS one (
        id uuid, kind text, happened_at timestamptz, visitor_id uuid, user_id bigint, visit_id uuid, traffic text,
        product_id bigint, variant_id bigint, quantity integer, value numeric, payload jsonb
    )
"""

# A browser is believed in nothing about its person: account and traffic are what the visitor's own row says. That costs
# no query, where the session would cost two, and the account's consent counts for what its browsers report.
_FROM_BROWSERS = """
    SELECT sent.id, sent.kind, sent.happened_at, sent.visitor_id, known.user_id, sent.visit_id,
           CASE WHEN sent.traffic = 'shopper' THEN coalesce(known.traffic, 'shopper') ELSE sent.traffic END AS traffic,
           sent.product_id, sent.variant_id, sent.quantity, sent.value, sent.payload
    FROM jsonb_to_recordset(%s) AS sent (
        id uuid, kind text, happened_at timestamptz, visitor_id uuid, user_id bigint, visit_id uuid, traffic text,
        product_id bigint, variant_id bigint, quantity integer, value numeric, payload jsonb
    )
    LEFT JOIN personalization_visitor AS known ON known.id = sent.visitor_id
"""

_STORE = """
), judged AS (
    SELECT arriving.*,
        EXISTS (SELECT FROM personalization_erasure AS gone
                WHERE gone.subject = sha256(uuid_send(arriving.visitor_id))) AS is_gone,
        EXISTS (SELECT FROM personalization_accountconsent AS said WHERE said.user_id = arriving.user_id
                AND NOT said.purposes && '{analytics,personalization}') AS has_refused,
        EXISTS (SELECT FROM personalization_erasure AS gone
                WHERE gone.subject = sha256(convert_to('account:' || arriving.user_id, 'UTF8'))
                  AND (arriving.happened_at <= gone.erased_at OR NOT EXISTS (
                      SELECT FROM personalization_accountconsent AS anew WHERE anew.user_id = arriving.user_id
                  ))) AS account_is_gone
    FROM arriving
), allowed AS (
    SELECT id, kind, happened_at, traffic, product_id, variant_id, quantity, value, payload,
           CASE WHEN account_is_gone THEN NULL ELSE user_id END AS user_id,
           CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visitor_id END AS visitor_id,
           CASE WHEN is_gone OR account_is_gone THEN NULL ELSE visit_id END AS visit_id
    FROM judged
    WHERE kind = 'purchased' OR NOT (is_gone OR has_refused OR account_is_gone)
), stored AS (
    INSERT INTO personalization_event
        (id, kind, happened_at, visitor_id, user_id, visit_id, traffic,
         product_id, variant_id, quantity, value, payload)
    SELECT id, kind, happened_at, visitor_id, user_id, visit_id, traffic, product_id, variant_id, quantity, value,
           CASE WHEN kind = 'visit_started'
                THEN payload || coalesce(
                    (SELECT jsonb_build_object('number', visits) FROM visitors WHERE visitors.id = visitor_id), '{}')
                ELSE payload END
    FROM allowed
"""
# In one order, so that two batches with the same events do not lock each other out.
_ONCE = """
    ORDER BY id
    ON CONFLICT (id) DO NOTHING
    RETURNING kind
)
"""

# A reason is a text to be translated until it is written; a text with a mark of safety is a text.
_document = msgspec.json.Encoder(decimal_format="string", enc_hook=str)

_STORED = _SEEN + _FROM_PAGES + _STORE + _ONCE
_WRITE = _STORED + "SELECT count(*) FROM stored"  # noqa: S608 - statements of our own
# Waiting for the disk is most of what a write costs a page, and a crash of the server takes half a second of page views
# at the most: orders are healed by the sweep. For this one transaction of ours alone, and for no acknowledged event.
_WRITE_QUICKLY = _STORED + "SELECT count(*), set_config('synchronous_commit', 'off', true) FROM stored"  # noqa: S608

# An event that was re-dated may be stored already, under an id that it had before.
_UNLESS_THERE = """
    WHERE NOT EXISTS (
        SELECT FROM unnest(%s::uuid[], %s::uuid[]) AS before (id, earlier)
        JOIN held ON held.id = before.earlier WHERE before.id = allowed.id
    )
"""
_HELD = """
WITH held AS MATERIALIZED (
    SELECT id FROM personalization_event WHERE id = ANY(%s::uuid[])
), seen AS ("""

# What came by the browser is counted in the same breath: received = stored + refused, whatever happens in between.
# Sixteen rows a day and outcome, so that many servers do not wait for one another. The visit that a batch began is an
# event of ours, not of the browser.
_OUTCOMES = """
, outcomes (outcome, count) AS (
    SELECT 'stored', (SELECT count(*) FROM stored WHERE kind <> 'visit_started')
    UNION ALL SELECT 'doubled', (SELECT count(*) FROM allowed WHERE kind <> 'visit_started')
                              - (SELECT count(*) FROM stored WHERE kind <> 'visit_started')
    UNION ALL SELECT 'erased', (SELECT count(*) FROM arriving WHERE kind <> 'visit_started')
                             - (SELECT count(*) FROM allowed WHERE kind <> 'visit_started')
    UNION ALL SELECT * FROM unnest(%s::text[], %s::bigint[])
), tallied AS ("""
_TALLY = """
    INSERT INTO personalization_tally AS known (day, outcome, shard, count)
    SELECT %s::date, outcome, %s::smallint, sum(count) FROM outcomes GROUP BY outcome HAVING sum(count) > 0
    ORDER BY outcome
    ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count
"""
_TAKEN = (_SEEN.replace("WITH seen AS (", _HELD, 1), _FROM_BROWSERS, _STORE, _UNLESS_THERE, _ONCE, _OUTCOMES, _TALLY)
_TAKE = "".join(_TAKEN) + ") SELECT count(*) FROM stored"  # noqa: S608
_COUNT = "WITH outcomes (outcome, count) AS (SELECT * FROM unnest(%s::text[], %s::bigint[]))" + _TALLY  # noqa: S608
SHARDS = 16


def write(events: Sequence[NewEvent], *, visitors: Sequence[SeenVisitor] = ()) -> int:
    """Writes all of them in one statement; gives the number of events that were new."""
    if not events and not visitors:
        return 0
    # Inside a transaction of the shop's its own settings are not touched.
    statement = _WRITE if connection.in_atomic_block else _WRITE_QUICKLY
    return _execute(statement, _visitor_columns(visitors) + _event_columns(events))


def take(
    events: Sequence[NewEvent],
    *,
    visitors: Sequence[SeenVisitor] = (),
    refused: Mapping[str, int] | None = None,
    earlier: Mapping[uuid.UUID, Sequence[uuid.UUID]] | None = None,
    received: int,
    now: datetime,
) -> int:
    """As `write`, for what the browser sent; what came, what was stored, what was refused and why is counted with it.

    An event is not stored again if it is there under one of its `earlier` ids.
    """
    before = [(one, other) for one, others in (earlier or {}).items() for other in others]
    held: list[Any] = [[other for _, other in before]]
    unless: list[Any] = [[one for one, _ in before], held[0]]
    tally = _tally_columns(refused or {}, received, now)
    return _execute(_TAKE, held + _visitor_columns(visitors) + _event_columns(events) + unless + tally)


def count(refused: Mapping[str, int], *, received: int, now: datetime) -> None:
    """Counts what was refused as a whole, and so never came near the log."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, _tally_columns(refused, received, now))


def _tally_columns(refused: Mapping[str, int], received: int, now: datetime) -> list[Any]:
    counts = {"received": received, **refused}
    return [list(counts), list(counts.values()), now.astimezone(UTC).date(), uuid.uuid4().int % SHARDS]


def _execute(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _visitor_columns(visitors: Sequence[SeenVisitor]) -> list[Any]:
    return [
        [visitor.id for visitor in visitors],
        [visitor.user_id for visitor in visitors],
        [visitor.traffic for visitor in visitors],
        [visitor.seen_at for visitor in visitors],
        [visitor.visit_id for visitor in visitors],
        [visitor.follows for visitor in visitors],
        [visitor.has_script for visitor in visitors],
    ]


def _event_columns(events: Sequence[NewEvent]) -> list[Any]:
    # One document: the driver takes longer to write twelve arrays than the server takes to store their rows.
    return [_document.encode(events).decode()]
