"""Sorts the lists in which a total has changed, straight in the database; a list that is too thin is not kept.

A page that finds no list goes one level up: from a category to the one above it, from a region or a group to the shop.
"""

from datetime import datetime

from django.db import connection

from personalization.conf import conf
from personalization.recommend.periods import PERIODS, TREND

# A block wants three goods at least.
LEAST_GOODS = 3
# With fewer sales, orders or looks than this in all, which one comes first is an accident.
LEAST_IN_CATEGORY = 10
# And among so few people it would tell what the neighbours bought.
LEAST_AMONG_PEOPLE = 30

# One row for each list that a product with a changed total stands in. Money says nothing of how thin a list is: the
# orders behind it do.
_SORT = """
WITH touched AS MATERIALIZED (
    SELECT DISTINCT scope_id, 0::bigint AS category_id FROM personalization_listtotal
    WHERE period = %(period)s AND (is_changed OR %(all)s)
    UNION
    SELECT 0, category_id FROM personalization_listtotal
    JOIN personalization_productfact AS fact USING (product_id), unnest(fact.category_ids) AS category_id
    WHERE period = %(period)s AND (is_changed OR %(all)s) AND scope_id = 0
), members AS (
    SELECT scope_id, 0::bigint AS category_id, product_id, units, revenue, orders, adds, views
    FROM personalization_listtotal JOIN touched USING (scope_id) WHERE period = %(period)s AND category_id = 0
    UNION ALL
    SELECT 0, category_id, product_id, units, revenue, orders, adds, views
    FROM personalization_listtotal JOIN personalization_productfact AS fact USING (product_id),
         unnest(fact.category_ids) AS category_id
    WHERE period = %(period)s AND scope_id = 0
      AND category_id IN (SELECT touched.category_id FROM touched WHERE touched.scope_id = 0)
), scored AS (
    SELECT measure, scope_id, category_id, product_id, score, volume
    FROM members, LATERAL (VALUES ('units', units, units), ('revenue', revenue, orders), ('orders', orders, orders),
                                  ('adds', adds, adds), ('views', views, views)) AS by (measure, score, volume)
    WHERE score > 0
), enough AS MATERIALIZED (
    SELECT measure, scope_id, category_id FROM scored GROUP BY 1, 2, 3
    HAVING scope_id = 0 AND category_id = 0
        OR count(*) >= %(goods)s
           AND sum(volume) >= CASE WHEN scope_id = 0 THEN %(in_category)s ELSE %(among_people)s END
), ordered AS (
    SELECT measure, scope_id, category_id, product_id, score,
           row_number() OVER (PARTITION BY measure, scope_id, category_id ORDER BY score DESC, product_id) AS place
    FROM scored JOIN enough USING (measure, scope_id, category_id)
), lists AS MATERIALIZED (
    SELECT measure, coalesce(name, '') AS scope, category_id,
           array_agg(product_id ORDER BY place) AS product_ids, array_agg(score::float8 ORDER BY place) AS scores
    FROM ordered LEFT JOIN personalization_listscope AS one ON one.id = scope_id
    WHERE place <= %(length)s
    GROUP BY 1, 2, 3
), gone AS (
    DELETE FROM personalization_rankedlist AS known
    WHERE period = %(period)s AND measure <> %(trend)s
      AND (%(all)s OR (scope, category_id) IN (
          SELECT coalesce(name, ''), category_id FROM touched LEFT JOIN personalization_listscope AS one
              ON one.id = scope_id))
      AND NOT EXISTS (SELECT FROM lists WHERE lists.measure = known.measure AND lists.scope = known.scope
                                          AND lists.category_id = known.category_id)
), written AS (
    INSERT INTO personalization_rankedlist AS known
        (measure, period, scope, category_id, product_ids, scores, refreshed_at)
    SELECT measure, %(period)s, scope, category_id, product_ids, scores, %(now)s FROM lists
    ORDER BY measure, scope, category_id
    ON CONFLICT (measure, period, scope, category_id) DO UPDATE SET
        product_ids = excluded.product_ids, scores = excluded.scores, refreshed_at = excluded.refreshed_at
    WHERE (known.product_ids, known.scores) IS DISTINCT FROM (excluded.product_ids, excluded.scores)
    RETURNING 1
), emptied AS (
    DELETE FROM personalization_listtotal
    WHERE period = %(period)s AND is_changed AND units = 0 AND orders = 0 AND adds = 0 AND views = 0
), settled AS (
    UPDATE personalization_listtotal SET is_changed = false
    WHERE period = %(period)s AND is_changed AND NOT (units = 0 AND orders = 0 AND adds = 0 AND views = 0)
)
SELECT count(*) FROM written
"""  # noqa: S608


def sort_lists(*, now: datetime, everything: bool) -> int:
    """Makes the lists of which a total has changed, or all of them; gives how many came out otherwise than before."""
    return sum(_sort(period, now=now, everything=everything) for period in PERIODS.values)


def _sort(period: str, *, now: datetime, everything: bool) -> int:
    values = {
        "period": period,
        "now": now,
        "all": everything,
        "trend": TREND,
        "goods": LEAST_GOODS,
        "in_category": LEAST_IN_CATEGORY,
        "among_people": LEAST_AMONG_PEOPLE,
        "length": conf.LIST_LENGTH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SORT, values)
        return int(cursor.fetchone()[0])
