"""Sorts lists anew from the running totals, straight in the database; a list that is too thin is not kept.

A page that finds no list goes one level up: from a category to the one above it, from a region or a group to the shop.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from personalization.conf import conf
from personalization.recommend.lists.merging import Key, merge
from personalization.recommend.lists.thickness import LEAST
from personalization.recommend.periods import PERIODS, TREND

_EVERY = """
    SELECT measure, scope_id, category_id FROM (
        SELECT DISTINCT scope_id, 0::bigint AS category_id FROM personalization_listtotal WHERE period = %(period)s
        UNION
        SELECT 0, category_id FROM personalization_listtotal
        JOIN personalization_productfact AS fact USING (product_id), unnest(fact.category_ids) AS category_id
        WHERE period = %(period)s AND scope_id = 0
    ) AS one, unnest('{units,revenue,orders,adds,views}'::text[]) AS measure
"""
_SOME = """
    SELECT measure, coalesce(known.id, 0) AS scope_id, category_id
    FROM unnest(%(measures)s::text[], %(scopes)s::text[], %(categories)s::bigint[]) AS one (measure, scope, category_id)
    LEFT JOIN personalization_listscope AS known ON known.name = one.scope
"""

# Money says nothing of how thin a list is: the orders behind it do.
_SORT = """
WITH wanted AS MATERIALIZED ({wanted}), places AS MATERIALIZED (
    SELECT DISTINCT scope_id, category_id FROM wanted
), members AS (
    SELECT scope_id, 0::bigint AS category_id, product_id, units, revenue, orders, adds, views
    FROM personalization_listtotal
    WHERE period = %(period)s AND scope_id IN (SELECT places.scope_id FROM places WHERE places.category_id = 0)
    UNION ALL
    SELECT 0, category_id, product_id, units, revenue, orders, adds, views
    FROM personalization_listtotal JOIN personalization_productfact AS fact USING (product_id),
         unnest(fact.category_ids) AS category_id
    WHERE period = %(period)s AND scope_id = 0
      AND category_id IN (SELECT places.category_id FROM places WHERE places.category_id <> 0)
), scored AS MATERIALIZED (
    SELECT measure, scope_id, category_id, product_id, score, volume
    FROM members, LATERAL (VALUES ('units', units, units), ('revenue', revenue, orders), ('orders', orders, orders),
                                  ('adds', adds, adds), ('views', views, views)) AS by (measure, score, volume)
    WHERE score > 0 AND (measure, scope_id, category_id) IN (SELECT measure, scope_id, category_id FROM wanted)
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
      AND (%(all)s OR (measure, scope, category_id) IN (
          SELECT measure, coalesce(name, ''), category_id
          FROM wanted LEFT JOIN personalization_listscope AS one ON one.id = scope_id))
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
)
SELECT count(*) FROM written
"""

_SETTLE = (
    "DELETE FROM personalization_listtotal WHERE period = %s AND is_changed "
    "AND units = 0 AND revenue = 0 AND orders = 0 AND adds = 0 AND views = 0",
    "UPDATE personalization_listtotal SET is_changed = false WHERE period = %s AND is_changed",
)


def sort_lists(*, now: datetime, everything: bool) -> None:
    """Brings the lists of every period level with the totals: all of them, or those of which a total has changed."""
    for period in PERIODS.values:
        unsure = None if everything else merge(period, now=now)
        if unsure is None or unsure:
            _sort(period, now=now, keys=unsure)
        with connection.cursor() as cursor:
            for statement in _SETTLE:
                cursor.execute(statement, [period])


def _sort(period: str, *, now: datetime, keys: Sequence[Key] | None) -> None:
    """Sorts the lists of these keys from all of their goods; those of every key if there are none given."""
    values: dict[str, Any] = {
        "period": period,
        "now": now,
        "all": keys is None,
        "trend": TREND,
        "length": conf.LIST_LENGTH,
        "measures": [measure for measure, _, _ in keys or ()],
        "scopes": [scope for _, scope, _ in keys or ()],
        "categories": [category_id for _, _, category_id in keys or ()],
        **LEAST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SORT.replace("{wanted}", _EVERY if keys is None else _SOME), values)
