"""After how long goods are bought again: a sum over the log, never worked out on a page."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from personalization.conf import conf
from personalization.events.identifiers import first_id

# With fewer shoppers than this a median would be one household's habit.
FEWEST_SHOPPERS = 3

# Each shopper has one voice, their mean gap: who buys every day would otherwise outvote all others.
_GAPS = """
WITH habits AS (
    SELECT product_id, (max(day) - min(day))::float8 / (count(*) - 1) AS gap
    FROM (SELECT DISTINCT user_id, product_id, (happened_at AT TIME ZONE 'UTC')::date AS day
          FROM personalization_event
          WHERE kind = 'purchased' AND traffic = 'shopper' AND id >= %s AND id < %s
            AND user_id IS NOT NULL AND product_id IS NOT NULL AND quantity <= %s) AS days
    GROUP BY user_id, product_id HAVING count(*) > 1
)
SELECT product_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY gap)
FROM habits GROUP BY product_id HAVING count(*) >= %s
"""


def usual_gaps(*, since: datetime, until: datetime) -> Iterator[tuple[int, float]]:
    """The median over shoppers of the days between two purchases of a product, where enough of them came back."""
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [first_id(since), first_id(until), conf.BULK_QUANTITY, FEWEST_SHOPPERS])
        yield from cursor
