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


# One round trip for all: functions that the migration `0003_store` makes, because the server plans those only once.
_WRITE = "SELECT personalization_write(%s, %s)"
# Waiting for the disk is most of what a write costs a page, and a crash of the server takes half a second of page views
# at the most: orders are healed by the sweep. For this one transaction of ours alone, and for no acknowledged event.
_WRITE_QUICKLY = "SELECT personalization_write(%s, %s), set_config('synchronous_commit', 'off', true)"
_TAKE = "SELECT personalization_take(%s, %s, %s, %s, %s, %s)"
_COUNT = """
INSERT INTO personalization_tally AS known (day, outcome, shard, count)
SELECT %s::date, key, %s::smallint, value::bigint FROM jsonb_each_text(%s) WHERE value::bigint > 0 ORDER BY key
ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count
"""
SHARDS = 16
# A reason is a text to be translated until it is written; a text with a mark of safety is a text.
_document = msgspec.json.Encoder(decimal_format="string", enc_hook=str)


def write(events: Sequence[NewEvent], *, visitors: Sequence[SeenVisitor] = ()) -> int:
    """Writes all of them in one statement; gives the number of events that were new."""
    if not events and not visitors:
        return 0
    # Inside a transaction of the shop's its own settings are not touched.
    statement = _WRITE if connection.in_atomic_block else _WRITE_QUICKLY
    return _execute(statement, [_json(visitors), _json(events)])


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
    before = [{"id": one, "earlier": other} for one, others in (earlier or {}).items() for other in others]
    counts = _json({"received": received, **(refused or {})})
    return _execute(_TAKE, [_json(visitors), _json(events), _json(before), counts, *_where_to_count(now)])


def count(refused: Mapping[str, int], *, received: int, now: datetime) -> None:
    """Counts what was refused as a whole, and so never came near the log."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*_where_to_count(now), _json({"received": received, **refused})])


def _where_to_count(now: datetime) -> list[Any]:
    return [now.astimezone(UTC).date(), uuid.uuid4().int % SHARDS]


def _execute(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _json(rows: Any) -> str:
    # One document: the driver takes longer to write twelve arrays than the server takes to store their rows.
    return _document.encode(rows).decode()
