"""What people did, person by person and in the order in which they did it: one statement for each slice of people."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection, transaction

from personalization.events.identifiers import first_id
from personalization.people.visits import PAGES
from personalization.storefront.popups.sight import BASKET_KINDS, GOAL_KINDS, LATELY

SHOWN, STARTED, LEFT, BOUGHT = "#shown", "visit_started", "page_left", "purchased"
# Before the first day: what still lies in baskets, how often a product was looked at, and which visit it was.
EARLIER = (*BASKET_KINDS, BOUGHT, STARTED, "product_viewed")
KINDS = tuple(dict.fromkeys((*PAGES, *EARLIER, *GOAL_KINDS, LEFT)))
# A visit that went over midnight of the first day is read whole, so that its later pages are known for what they are.
OVERLAP = timedelta(days=1)
# A slice holds about so many rows: so long one statement is at work, and so often the bar moves.
SLICE, MOST_SLICES = 100_000, 50

_WITHIN = """
event.traffic = 'shopper' AND event.id >= %(oldest)s AND event.id < %(until)s
AND (event.id >= %(since)s AND event.kind = ANY(%(kinds)s) OR event.kind = ANY(%(earlier)s))
"""
_COUNT = f"SELECT count(*) FROM personalization_event AS event WHERE {_WITHIN}"  # noqa: S608 - constants

# What an unnamed visitor did belongs to the account to which it is linked; of whom only the visit may be known, each
# visit is somebody. The lines of other pop-ups stand among the deeds as what they were: interruptions.
_DEEDS = f"""
SELECT who, visitor_id, user_id, visit_id, kind, happened_at, product_id, variant_id, quantity, payload FROM (
    SELECT coalesce(personalization_person(coalesce(event.user_id, visitor.user_id), event.visitor_id), event.visit_id)
           AS who, event.visitor_id, event.user_id, event.visit_id, event.kind, event.happened_at, event.product_id,
           event.variant_id, event.quantity, event.payload::text AS payload, event.id
    FROM personalization_event AS event LEFT JOIN personalization_visitor AS visitor ON visitor.id = event.visitor_id
    WHERE {_WITHIN} AND coalesce(visitor.traffic, 'shopper') = 'shopper'
    UNION ALL
    SELECT coalesce(personalization_person(coalesce(line.user_id, visitor.user_id), line.visitor_id), line.visit_id),
           line.visitor_id, line.user_id, line.visit_id, '{SHOWN}', line.shown_at, line.popup_id, NULL, NULL, NULL,
           line.id
    FROM personalization_popupshowing AS line LEFT JOIN personalization_visitor AS visitor
         ON visitor.id = line.visitor_id
    WHERE line.popup_id <> %(popup)s AND line.shown_at < %(ends)s
) AS deed
WHERE (hashtextextended(who::text, 0) & 1048575) %% %(slices)s = %(slice)s
ORDER BY who, happened_at, id
"""  # noqa: S608 - constants


class Deed(NamedTuple):
    """One thing that somebody did; of a showing of another pop-up, `product_id` is its number."""

    who: uuid.UUID
    visitor_id: uuid.UUID | None
    user_id: int | None
    visit_id: uuid.UUID | None
    kind: str
    at: datetime
    product_id: int | None = None
    variant_id: int | None = None
    quantity: int | None = None
    payload: Any = None

    @property
    def told(self) -> Mapping[str, Any]:
        """Its details."""
        return self.payload if isinstance(self.payload, dict) else {}


@dataclass(frozen=True)
class Span:
    """Which days are played again, and of which pop-up."""

    since: datetime
    until: datetime
    popup_id: int
    slices: int = 1
    bounds: Mapping[str, Any] = field(default_factory=dict)


def span_of(popup_id: int, *, until: datetime, days: int) -> Span:
    """The last days, in slices that one statement each can read in a moment: one query."""
    since = until - timedelta(days=days)
    bounds: dict[str, Any] = {
        "oldest": first_id(since - LATELY), "since": first_id(since - OVERLAP), "until": first_id(until),
        "kinds": list(KINDS), "earlier": list(EARLIER), "popup": popup_id, "ends": until,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, bounds)
        (rows,) = cursor.fetchone()
    return Span(since, until, popup_id, min(1 + rows // SLICE, MOST_SLICES), bounds)


def people_of(span: Span, number: int) -> Iterator[list[Deed]]:
    """Everybody of one slice, each with all that they did: one query, read as it is used."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_DEEDS, {**span.bounds, "slices": span.slices, "slice": number})
        for _who, rows in groupby(cursor, key=lambda row: row[0]):
            yield [_deed(row) for row in rows]


def _deed(row: tuple[Any, ...]) -> Deed:
    return Deed._make((*row[:9], json.loads(row[9]) if row[9] else None))
