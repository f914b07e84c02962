"""The one statement that writes: visitors and events of a request together, each event at most once."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from personalization.events.days import LATE, note_late
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


class Reported(msgspec.Struct, omit_defaults=True):
    """An event that a browser reports, as `take` writes it: whose it is, the whole batch says once.

    The `payload` may be anything that becomes a JSON object.
    """

    id: str
    kind: str
    happened_at: datetime
    product_id: int | None = None
    variant_id: int | None = None
    payload: Any = None


# One round trip for all: functions that the migrations `0003_store` and `0013_take_quickly` make, because the server
# plans those only once.
_WRITE = "SELECT personalization_write(%s, %s)"
# Waiting for the disk is most of what a write costs a page, and a crash of the server takes half a second of page views
# at the most: orders are healed by the sweep. For this one transaction of ours alone, and for no acknowledged event.
_WRITE_QUICKLY = "SELECT personalization_write(%s, %s), set_config('synchronous_commit', 'off', true)"
_TAKE = "SELECT personalization_take(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
_COUNT = """
INSERT INTO personalization_tally AS known (day, outcome, shard, count)
SELECT %s::date, key, %s::smallint, value::bigint FROM jsonb_each_text(%s) WHERE value::bigint > 0 ORDER BY key
ON CONFLICT (day, outcome, shard) DO UPDATE SET count = known.count + excluded.count
"""
SHARDS = 16
# In the payload of what may decide what somebody is shown, and may not go into figures: that was not agreed to.
UNCOUNTED = {"uncounted": True}
# A reason is a text to be translated until it is written; a text with a mark of safety is a text.
_document = msgspec.json.Encoder(decimal_format="string", enc_hook=str)


def write(events: Sequence[NewEvent], *, visitors: Sequence[SeenVisitor] = ()) -> int:
    """Writes all of them in one statement; gives the number of events that were new."""
    if not events and not visitors:
        return 0
    until = timezone.now() - LATE
    if any(event.happened_at < until for event in events):
        return _write_late(events, visitors)
    # Inside a transaction of the shop's its own settings are not touched.
    statement = _WRITE if connection.in_atomic_block else _WRITE_QUICKLY
    return _execute(statement, [_json(visitors), _json(events)])


def take(
    events: Sequence[Reported],
    *,
    sender: SeenVisitor | None = None,
    refused: Mapping[str, int] | None = None,
    earlier: Collection[str] = (),
    received: int,
    now: datetime,
) -> int:
    """As `write`, for what a browser sent; what came, what was stored, what was refused and why is counted with it.

    Account and traffic are those of the sender's row. `earlier` are ids under which one of the events may be stored
    already, known by the same random bits: it is not stored again.
    """
    counts = {"received": received, **(refused or {})}
    who = [sender.id, sender.visit_id, sender.traffic] if sender else [None, None, Traffic.SHOPPER]
    # No letter of an id has a meaning in an array.
    told = [_json(events), f"{{{','.join(earlier)}}}", _json(counts)]
    return _execute(_TAKE, [*who, now, *told, *_where_to_count(now)])


def count(refused: Mapping[str, int], *, received: int, now: datetime) -> None:
    """Counts what was refused as a whole, and so never came near the log."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [*_where_to_count(now), _json({"received": received, **refused})])


@transaction.atomic
def _write_late(events: Sequence[NewEvent], visitors: Sequence[SeenVisitor]) -> int:
    # Told by a command, or kept by a process while nothing could be written: those days have their figures already.
    stored = _execute(_WRITE, [_json(visitors), _json(events)])
    if stored:
        note_late((event.happened_at for event in events), now=timezone.now())
    return stored


def _where_to_count(now: datetime) -> list[Any]:
    return [now.astimezone(UTC).date(), uuid.uuid4().int % SHARDS]


def _execute(statement: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def _json(rows: Any) -> str:
    # One document: the driver takes longer to write twelve arrays than the server takes to store their rows.
    return _document.encode(rows).decode()
