"""The one statement that writes: visitors and events of a request together, each event at most once."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

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
    traffic: str = Traffic.SHOPPER
    product_id: int | None = None
    variant_id: int | None = None
    quantity: int | None = None
    value: Decimal | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SeenVisitor:
    """A visitor met in a request; `user_id` links it to an account unless it is linked already."""

    id: uuid.UUID
    seen_at: datetime
    user_id: int | None = None
    traffic: str = Traffic.SHOPPER


# One round trip for all. A visitor's row is touched at most once a minute, so a fast clicker makes no dead rows.
_WRITE = """
WITH visitors AS (
    INSERT INTO personalization_visitor AS known (id, user_id, traffic, first_seen_at, last_seen_at, linked_at)
    SELECT id, user_id, traffic, seen_at, seen_at, CASE WHEN user_id IS NOT NULL THEN seen_at END
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::timestamptz[]) AS seen (id, user_id, traffic, seen_at)
    ON CONFLICT (id) DO UPDATE SET
        last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
        user_id = coalesce(known.user_id, excluded.user_id),
        linked_at = coalesce(known.linked_at, excluded.linked_at),
        traffic = CASE WHEN excluded.traffic = 'staff' THEN 'staff' ELSE known.traffic END
    WHERE known.last_seen_at < excluded.last_seen_at - interval '1 minute'
       OR known.user_id IS NULL AND excluded.user_id IS NOT NULL
       OR excluded.traffic = 'staff' AND known.traffic <> 'staff'
)
INSERT INTO personalization_event
    (id, kind, happened_at, visitor_id, user_id, traffic, product_id, variant_id, quantity, value, payload)
SELECT * FROM unnest(
    %s::uuid[], %s::text[], %s::timestamptz[], %s::uuid[], %s::bigint[], %s::text[],
    %s::bigint[], %s::bigint[], %s::integer[], %s::numeric[], %s::jsonb[]
)
ON CONFLICT (id) DO NOTHING
"""


def write(events: Sequence[NewEvent], *, visitors: Sequence[SeenVisitor] = ()) -> int:
    """Writes all of them in one statement; gives the number of events that were new."""
    if not events and not visitors:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, _visitor_columns(visitors) + _event_columns(events))
        return int(cursor.rowcount)


def _visitor_columns(visitors: Sequence[SeenVisitor]) -> list[list[Any]]:
    return [
        [visitor.id for visitor in visitors],
        [visitor.user_id for visitor in visitors],
        [visitor.traffic for visitor in visitors],
        [visitor.seen_at for visitor in visitors],
    ]


def _event_columns(events: Sequence[NewEvent]) -> list[list[Any]]:
    return [
        [event.id for event in events],
        [event.kind for event in events],
        [event.happened_at for event in events],
        [event.visitor_id for event in events],
        [event.user_id for event in events],
        [event.traffic for event in events],
        [event.product_id for event in events],
        [event.variant_id for event in events],
        [event.quantity for event in events],
        [event.value for event in events],
        [json.dumps(event.payload) for event in events],
    ]
