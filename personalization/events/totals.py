"""Sums over the log, for lists and for learning: the heavy half of its reader, never run on a page."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from personalization.conf import conf
from personalization.events.identifiers import first_id

BATCH = 20_000
Batch = list[tuple[Any, ...]]
# However often somebody looks at a product in a day, or takes it into the basket, so many times count: nobody steers
# the shop by reloading a page.
LOOKS_A_DAY = 3


@dataclass(frozen=True)
class Sold:
    """What was sold of one product."""

    units: int
    revenue: Decimal
    orders: int


# Wholesale lines are left out; returns and cancelled orders are gone from the log already: the sweep sees to it.
_SOLD = """
SELECT product_id, sum(quantity), sum(value), count(DISTINCT payload->>'order')
FROM personalization_event
WHERE kind = 'purchased' AND traffic = 'shopper' AND id >= %s AND id < %s
  AND product_id IS NOT NULL AND quantity <= %s
GROUP BY product_id
"""

PURCHASES = """
SELECT coalesce(user_id, -1), (payload->>'order')::bigint, product_id, extract(epoch FROM happened_at)::float8 / 86400,
       coalesce(quantity, 1)::float8, coalesce(value, 0)::float8
FROM personalization_event
WHERE kind = 'purchased' AND traffic = 'shopper' AND id >= %s AND id < %s
  AND product_id IS NOT NULL AND quantity <= %s
ORDER BY happened_at, id
"""

# An event names its visit. Those from before visits had names, or from elsewhere, are told apart by half an hour
# without a sign.
LOOKS = """
WITH looks AS (
    SELECT id, visitor_id, visit_id, product_id, happened_at,
           CASE WHEN happened_at - lag(happened_at) OVER (PARTITION BY visitor_id, visit_id ORDER BY id)
                     < interval '30 minutes' THEN 0 ELSE 1 END AS is_start,
           row_number() OVER (PARTITION BY visitor_id, product_id, (happened_at AT TIME ZONE 'UTC')::date ORDER BY id)
               AS look
    FROM personalization_event
    WHERE kind IN ('product_viewed', 'basket_added') AND traffic = 'shopper' AND id >= %s AND id < %s
      AND product_id IS NOT NULL AND visitor_id IS NOT NULL
), visits AS (
    SELECT id, visit_id, product_id, extract(epoch FROM happened_at)::float8 / 86400 AS day, look,
           CASE WHEN visit_id IS NULL THEN visitor_id END AS whose,
           CASE WHEN visit_id IS NULL
                THEN sum(is_start) OVER (PARTITION BY visitor_id, visit_id ORDER BY id) END AS gaps
    FROM looks
)
"""

_VISITS = (
    LOOKS
    + """
SELECT dense_rank() OVER (ORDER BY visit_id, whose, gaps), product_id, day
FROM visits
WHERE look <= %s
ORDER BY 1, id
"""
)


def sold(*, since: datetime, until: datetime) -> dict[int, Sold]:
    """Units, revenue and orders of each product sold in [since, until)."""
    with connection.cursor() as cursor:
        cursor.execute(_SOLD, [first_id(since), first_id(until), conf.BULK_QUANTITY])
        return {
            product: Sold(int(units), revenue or Decimal(0), orders)
            for product, units, revenue, orders in cursor.fetchall()
        }


def purchases(*, since: datetime, until: datetime) -> Iterator[list[tuple[int, int, int, float, float, float]]]:
    """Every bought line in batches, oldest first: shopper (-1 unknown), order, product, day, quantity, value."""
    yield from stream(PURCHASES, [first_id(since), first_id(until), conf.BULK_QUANTITY])


def visits(*, since: datetime, until: datetime) -> Iterator[list[tuple[int, int, float]]]:
    """Every look at a product in batches, visit by visit: number of the visit, product, day."""
    yield from stream(_VISITS, [first_id(since), first_id(until), LOOKS_A_DAY])


def stream(query: str, values: list[object]) -> Iterator[Batch]:
    """The rows of a query, some thousands at a time."""
    # A cursor on the server: a year of a large shop does not fit into the worker's memory as Python rows.
    connection.ensure_connection()
    with transaction.atomic(), connection.connection.cursor(name=f"personalization_{uuid.uuid4().hex}") as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(BATCH):
            yield rows
