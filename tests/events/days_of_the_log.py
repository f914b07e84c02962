"""Many days of a log, made by PostgreSQL itself, and their figures worked out the plain way."""

from datetime import datetime
from typing import Any

from django.db import connection

from personalization.events.identifiers import first_id
from personalization.events.models import DailyFigure
from personalization.events.partitions import DEFAULT, partitions

# An id of that moment, in the shape of ours, that is the same however often the log is filled.
_ID = "(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(at || kind), 2, 3)" \
      " || '8' || substr(md5(kind || at), 2, 15))::uuid"  # fmt: skip

_FILL = f"""
INSERT INTO personalization_event
    (id, kind, happened_at, visitor_id, user_id, traffic, product_id, quantity, value, payload)
SELECT {_ID}, kind, at, md5('visitor' || n %% 3)::uuid, CASE WHEN n %% 5 = 0 THEN 7 END,
       CASE WHEN n %% 11 = 0 THEN 'bot' ELSE 'shopper' END,
       CASE WHEN kind IN ('block_shown', 'block_seen', 'page_left') THEN NULL ELSE n %% 4 + 1 END,
       CASE kind WHEN 'purchased' THEN n %% 3 + 1 END, CASE kind WHEN 'purchased' THEN n %% 7 + 0.5 END,
       CASE kind
           WHEN 'block_shown' THEN jsonb_build_object('block', n %% 2 + 1, 'slot', 'home-1',
               'products', jsonb_build_array(jsonb_build_object('id', n %% 3 + 1), jsonb_build_object('id', 9)))
           WHEN 'block_clicked' THEN jsonb_build_object('block', NULL, 'slot', 'home-' || n %% 2 + 1)
           ELSE '{{}}' END
FROM unnest(%s::text[]) WITH ORDINALITY AS named (kind, k),
     generate_series(%s::timestamptz, %s::timestamptz, %s::interval) WITH ORDINALITY AS hours (moment, m),
     LATERAL (SELECT moment + k * interval '1 second' AS at, m * 31 + k * 7 AS n) AS numbered
"""  # noqa: S608 - words of our own

KINDS = ["product_viewed", "purchased", "block_shown", "block_clicked", "page_left"]

# Each kind of row by a query of its own, as one would ask by hand.
_BY_HAND = """
SELECT (happened_at AT TIME ZONE 'UTC')::date, kind, 0, '', count(*),
       count(DISTINCT coalesce(user_id::text, visitor_id::text)), coalesce(sum(quantity), 0), coalesce(sum(value), 0)
FROM personalization_event WHERE traffic = 'shopper' GROUP BY 1, 2
UNION ALL
SELECT (happened_at AT TIME ZONE 'UTC')::date, kind, product_id, '', count(*),
       count(DISTINCT coalesce(user_id::text, visitor_id::text)), coalesce(sum(quantity), 0), coalesce(sum(value), 0)
FROM personalization_event WHERE traffic = 'shopper' AND product_id IS NOT NULL GROUP BY 1, 2, 3
UNION ALL
SELECT (happened_at AT TIME ZONE 'UTC')::date, kind, (one->>'id')::bigint, '', count(*),
       count(DISTINCT coalesce(user_id::text, visitor_id::text)), 0, 0
FROM personalization_event CROSS JOIN jsonb_array_elements(payload->'products') AS one
WHERE traffic = 'shopper' AND kind = 'block_shown' GROUP BY 1, 2, 3
UNION ALL
SELECT (happened_at AT TIME ZONE 'UTC')::date, kind, 0,
       CASE WHEN payload->>'block' IS NULL THEN 'tag:' || (payload->>'slot') ELSE 'block:' || (payload->>'block') END,
       count(*), count(DISTINCT coalesce(user_id::text, visitor_id::text)), 0, 0
FROM personalization_event WHERE traffic = 'shopper' AND kind IN ('block_shown', 'block_clicked') GROUP BY 1, 2, 4
ORDER BY 1, 2, 3, 4
"""


def fill(since: datetime, until: datetime, *, every: str = "8 hours") -> int:
    """One event of each kind every so often; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [KINDS, since, until, every])
        return cursor.rowcount


def figures_by_hand() -> list[tuple[Any, ...]]:
    """What the daily figures of the log as it is must be."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_HAND)
        return cursor.fetchall()


def figures_kept() -> list[tuple[Any, ...]]:
    """The daily figures that there are."""
    columns = ("day", "kind", "product_id", "block", "events", "people", "units", "value")
    return list(DailyFigure.objects.order_by("day", "kind", "product_id", "block").values_list(*columns))


def ids_before(moment: datetime, *, kind: str | None = None) -> int:
    """How many events are older than that."""
    chosen, values = ("AND kind = %s", [kind]) if kind else ("", [])
    with connection.cursor() as cursor:
        counted = f"SELECT count(*) FROM personalization_event WHERE id < %s {chosen}"  # noqa: S608
        cursor.execute(counted, [first_id(moment), *values])
        return int(cursor.fetchone()[0])


def drop_partitions() -> None:
    """As the migration leaves it: nothing but the default partition."""
    with connection.cursor() as cursor:
        for name in partitions():
            if name != DEFAULT:
                cursor.execute(f"DROP TABLE {name}")
