"""Facts that say how a product stands among others: worked out by the database, which has them all at hand."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection

from personalization.conf import conf
from personalization.events.gaps import usual_gaps

_PLACES = """
UPDATE personalization_productfact AS fact SET price_place = placed.place
FROM (
    SELECT product_id, CASE WHEN price IS NOT NULL THEN percent_rank() OVER (
               PARTITION BY coalesce(category_ids[1], 0), currency, price IS NULL ORDER BY price) END AS place
    FROM personalization_productfact
    WHERE %s::bigint[] IS NULL OR coalesce(category_ids[1], 0) = ANY(%s::bigint[])
) AS placed
WHERE fact.product_id = placed.product_id AND fact.price_place IS DISTINCT FROM placed.place
"""

_GAPS = """
UPDATE personalization_productfact AS fact SET usual_gap_days = known.gap
FROM (SELECT product_id, told.gap
      FROM personalization_productfact LEFT JOIN unnest(%s::bigint[], %s::float8[]) AS told (product_id, gap)
      USING (product_id)) AS known
WHERE fact.product_id = known.product_id AND fact.usual_gap_days IS DISTINCT FROM known.gap
"""


def place_prices(category_ids: Collection[int] | None = None) -> int:
    """Which share of the other goods of its deepest category is cheaper, of each product; gives how many changed.

    Of some categories only, if they are given; 0 stands for goods in none.
    """
    asked = None if category_ids is None else list(category_ids)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [asked, asked])
        return int(cursor.rowcount)


def gaps_of_the_log(now: datetime) -> dict[int, float]:
    """After how many days each product is usually bought again: the slow half, which needs no lock."""
    return dict(usual_gaps(since=now - timedelta(days=conf.TRAIN_DAYS), until=now))


def keep_gaps(told: Mapping[int, float]) -> int:
    """Puts them into the facts; gives how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, [list(told), list(told.values())])
        return int(cursor.rowcount)
