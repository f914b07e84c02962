"""Past visits, each at one moment in the middle of it: what was known then, and whether an order came after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from personalization.events.identifiers import first_id
from personalization.people.predict.session import VisitSoFar

LOOKED_BACK = timedelta(days=90)
# A visit goes on for as long as there is a sign every half an hour: one that began this long ago is over.
OVER = timedelta(hours=12)
MOST = 200_000
BATCH = 10_000
PAGES = ("product_viewed", "category_viewed", "page_viewed", "searched")
DEEDS = (*PAGES, "basket_added")

# A shop whose payment comes back without the browser has no `purchased` in the visit: the page of thanks says it too.
# The moment is one of the visit's deeds before its order, drawn by a hash of the visit: the same one each time. Visits
# that may not be counted say too little of themselves, and those without a profile do not want to be learned from.
_VISITS = """
WITH started AS MATERIALIZED (
    SELECT id, visitor_id, happened_at, payload->>'device' AS device,
           coalesce((payload->>'number')::int, 1) AS number, hashtextextended(id::text, 0) AS dice
    FROM personalization_event
    WHERE kind = 'visit_started' AND traffic = 'shopper' AND visitor_id IS NOT NULL
      AND id >= %(since)s AND id < %(until)s AND NOT payload ? 'uncounted'
), drawn AS MATERIALIZED (
    SELECT started.*, personalization_person(visitor.user_id, started.visitor_id) AS person
    FROM started JOIN personalization_visitor AS visitor ON visitor.id = started.visitor_id
    WHERE abs(dice %% 1000000) < 1000000.0 * %(most)s / (SELECT greatest(count(*), %(most)s) FROM started)
), deeds AS (
    SELECT drawn.id AS visit_id, drawn.dice, event.kind, event.happened_at,
           count(*) FILTER (WHERE is_order) OVER whole > 0 AS has_bought,
           count(*) FILTER (WHERE is_order) OVER so_far AS bought,
           count(*) FILTER (WHERE kind = ANY(%(pages)s)) OVER so_far AS pages,
           count(*) FILTER (WHERE kind = 'product_viewed') OVER so_far AS views,
           count(*) FILTER (WHERE kind = 'searched') OVER so_far AS searches,
           count(*) FILTER (WHERE kind = 'basket_added') OVER so_far AS adds,
           count(event.user_id) OVER so_far > 0 AS is_account,
           row_number() OVER so_far AS place
    FROM drawn JOIN personalization_event AS event
      ON event.visitor_id = drawn.visitor_id AND event.visit_id = drawn.id
    CROSS JOIN LATERAL (
        SELECT event.kind = 'purchased' OR event.kind = 'checkout_step' AND event.payload->>'step' = 'thank_you'
    ) AS told (is_order)
    WHERE event.id >= %(since)s AND event.traffic = 'shopper' AND (event.kind = ANY(%(deeds)s) OR is_order)
    WINDOW whole AS (PARTITION BY drawn.id), so_far AS (PARTITION BY drawn.id ORDER BY event.id)
), moments AS (
    SELECT *, count(*) OVER (PARTITION BY visit_id) AS places FROM deeds WHERE bought = 0
)
SELECT drawn.number, moments.pages, moments.views, moments.searches, moments.adds,
       extract(epoch FROM moments.happened_at - drawn.happened_at)::float8,
       extract(hour FROM moments.happened_at AT TIME ZONE %(zone)s)::float8,
       coalesce(drawn.device, ''), moments.is_account,
       floor(extract(epoch FROM drawn.happened_at) / 86400)::int - (
           SELECT max(day) FROM personalization_order_day AS known WHERE known.person = drawn.person
              AND known.day < floor(extract(epoch FROM drawn.happened_at) / 86400)::int),
       moments.has_bought, extract(epoch FROM drawn.happened_at)::float8
FROM moments JOIN drawn ON drawn.id = moments.visit_id JOIN personalization_profile AS profile USING (person)
WHERE place = 1 + abs(moments.dice / 1000000 %% places)
"""


@dataclass(frozen=True)
class PastVisit:
    """A visit at a moment, when it began, and what it came to."""

    so_far: VisitSoFar
    began: float
    has_bought: bool


def past_visits(*, now: datetime) -> Iterator[PastVisit]:
    """Those of the last months, at most some 200,000; `customers.gather` was called in this transaction."""
    values: dict[str, Any] = {
        "since": first_id(now - LOOKED_BACK), "until": first_id(now - OVER), "most": MOST, "deeds": list(DEEDS),
        "pages": list(PAGES), "zone": timezone.get_default_timezone_name(),
    }  # fmt: skip
    with connection.chunked_cursor() as cursor:
        cursor.execute(_VISITS, values)
        while rows := cursor.fetchmany(BATCH):
            for *known, has_bought, began in rows:
                yield PastVisit(VisitSoFar(*known), float(began), bool(has_bought))
