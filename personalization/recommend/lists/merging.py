"""Moves goods of which a total has changed within the lists that hold them, without a look at all the others.

A list knows the score of each of its goods. What is not in a full list scored no more than its last; so as long as the
new last one is no worse than the old last one, nothing from outside can have come in. Where that can't be said, and
where a list may have become too thin or thick enough to be kept, the key of the list is given back: it is to be sorted
from all of its goods.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from personalization.conf import conf
from personalization.recommend.lists.thickness import LEAST

# Measure, scope, category.
Key = tuple[str, str, int]

_MERGE = """
WITH changed AS MATERIALIZED (
    SELECT * FROM personalization_listtotal WHERE period = %(period)s AND is_changed
), placed AS (
    SELECT scope_id, 0::bigint AS category_id, product_id, units, revenue, orders, adds, views FROM changed
    UNION ALL
    SELECT 0, category_id, product_id, units, revenue, orders, adds, views
    FROM changed JOIN personalization_productfact AS fact USING (product_id), unnest(fact.category_ids) AS category_id
    WHERE scope_id = 0
), scored AS MATERIALIZED (
    SELECT measure, coalesce(name, '') AS scope, category_id, product_id, score::float8 AS score
    FROM placed LEFT JOIN personalization_listscope AS one ON one.id = scope_id,
         LATERAL (VALUES ('units', units), ('revenue', revenue), ('orders', orders), ('adds', adds), ('views', views))
             AS by (measure, score)
), touched AS MATERIALIZED (
    SELECT measure, scope, category_id, array_agg(product_id) AS ids FROM scored GROUP BY 1, 2, 3
), known AS MATERIALIZED (
    SELECT list.measure, list.scope, list.category_id, list.product_ids, list.scores, touched.ids,
           cardinality(list.product_ids) >= %(length)s AS is_full,
           list.scores[cardinality(list.scores)] AS last_score,
           list.product_ids[cardinality(list.product_ids)] AS last_id
    FROM personalization_rankedlist AS list JOIN touched
      ON (touched.measure, touched.scope, touched.category_id) = (list.measure, list.scope, list.category_id)
    WHERE list.period = %(period)s
), reached AS MATERIALIZED (
    SELECT DISTINCT measure, scope, category_id FROM scored JOIN known USING (measure, scope, category_id)
    WHERE scored.product_id = ANY (known.product_ids)
       OR score > 0 AND (NOT is_full OR (score, -scored.product_id) > (last_score, -last_id))
), affected AS MATERIALIZED (
    SELECT known.* FROM known JOIN reached USING (measure, scope, category_id)
), members AS (
    SELECT measure, scope, category_id, product_id, score
    FROM affected, unnest(product_ids, scores) AS one (product_id, score) WHERE product_id <> ALL (ids)
    UNION ALL
    SELECT measure, scope, category_id, product_id, score
    FROM scored JOIN affected USING (measure, scope, category_id) WHERE score > 0
), ordered AS (
    SELECT *, row_number() OVER (PARTITION BY measure, scope, category_id ORDER BY score DESC, product_id) AS place
    FROM members
), merged AS MATERIALIZED (
    SELECT measure, scope, category_id, array_agg(product_id ORDER BY place) AS product_ids,
           array_agg(score ORDER BY place) AS scores, count(*) AS goods, sum(score) AS volume
    FROM ordered WHERE place <= %(length)s GROUP BY 1, 2, 3
), weighed AS (
    SELECT merged.*, is_full, last_score, last_id, CASE WHEN measure <> 'revenue' THEN merged.volume ELSE coalesce(
               orders.volume, (SELECT sum(score) FROM personalization_rankedlist AS list, unnest(list.scores) AS score
                               WHERE list.measure = 'orders' AND list.period = %(period)s
                                 AND list.scope = merged.scope AND list.category_id = merged.category_id)) END AS weight
    FROM merged JOIN affected USING (measure, scope, category_id)
    LEFT JOIN (SELECT scope, category_id, volume FROM merged WHERE measure = 'orders') AS orders
        USING (scope, category_id)
), sure AS MATERIALIZED (
    SELECT measure, scope, category_id, weighed.product_ids, weighed.scores FROM weighed
    WHERE (scope = '' AND category_id = 0
           OR goods >= %(goods)s AND weight >= CASE WHEN scope = '' THEN %(in_category)s ELSE %(among_people)s END)
      AND (NOT is_full OR goods = %(length)s
           AND (weighed.scores[goods], -weighed.product_ids[goods]) >= (last_score, -last_id))
), written AS (
    UPDATE personalization_rankedlist AS list
    SET product_ids = sure.product_ids, scores = sure.scores, refreshed_at = %(now)s
    FROM sure WHERE list.period = %(period)s
      AND (list.measure, list.scope, list.category_id) = (sure.measure, sure.scope, sure.category_id)
)
SELECT measure, scope, category_id FROM touched
LEFT JOIN known USING (measure, scope, category_id)
LEFT JOIN reached USING (measure, scope, category_id)
LEFT JOIN sure USING (measure, scope, category_id)
WHERE sure.scores IS NULL AND (known.scores IS NULL OR reached IS NOT NULL)
"""


def merge(period: str, *, now: datetime) -> list[Key]:
    """Mends the lists of this period; gives the keys of those that are to be sorted from all of their goods."""
    values: dict[str, Any] = {"period": period, "now": now, "length": conf.LIST_LENGTH, **LEAST}
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, values)
        return list(cursor.fetchall())
