"""Sums a stretch of the log by the hour or by the day, and adds what came of it to the running totals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from personalization.conf import conf
from personalization.events import totals
from personalization.events.identifiers import first_id
from personalization.recommend.periods import midnight_of

COLUMNS = ("units", "revenue", "orders", "adds", "views")

# What is sold is told by the shop's orders; bots, staff and wholesale are left out. However often somebody looks at a
# product in a day, or puts it into the basket, so many times count: nobody steers a list by reloading a page. What was
# done earlier in the day is asked for by visitor, and only of visitors who did something in this stretch.
_DEEDS = """
deeds AS MATERIALIZED (
    SELECT date_trunc(%(unit)s, personalization_moment_of(id), 'UTC') AS begins, kind, product_id, quantity, value,
           payload->>'order' AS receipt, visitor_id, user_id, visit_id,
           row_number() OVER (PARTITION BY kind, visitor_id, product_id ORDER BY id) AS look
    FROM personalization_event
    WHERE kind = ANY('{purchased,basket_added,product_viewed}') AND traffic = 'shopper' AND product_id IS NOT NULL
      AND id >= %(start)s AND id < %(end)s
      AND CASE WHEN kind = 'purchased' THEN quantity <= %(bulk)s ELSE visitor_id IS NOT NULL END
), earlier AS (
    SELECT kind, visitor_id, product_id, (
        SELECT count(*) FROM (
            -- By visitor, whatever the statistics say: the day's looks of all others are many.
            SELECT kind, traffic, product_id FROM personalization_event AS before
            WHERE before.visitor_id = one.visitor_id AND before.id >= %(midnight)s AND before.id < %(start)s
            ORDER BY before.visitor_id, before.id LIMIT 10000
        ) AS before
        WHERE before.kind = one.kind AND before.traffic = 'shopper' AND before.product_id = one.product_id
    ) AS looks
    FROM deeds AS one WHERE kind <> 'purchased' AND look = 1 AND %(midnight)s < %(start)s
), counting AS (
    SELECT deeds.* FROM deeds LEFT JOIN earlier USING (kind, visitor_id, product_id)
    WHERE kind = 'purchased' OR look + coalesce(looks, 0) <= %(looks)s
)
"""

# Where somebody says to be counts before where the shop thinks, as on the page. One row for each scope of a deed.
_SCOPED = """
visits AS MATERIALIZED (
    SELECT visit_id, (SELECT lower(btrim(payload->>'region')) FROM personalization_event AS begun
                      WHERE begun.id = known.visit_id AND begun.kind = 'visit_started') AS region
    FROM (SELECT DISTINCT visit_id FROM deeds WHERE visit_id IS NOT NULL) AS known
), told AS MATERIALIZED (
    SELECT user_id, visitor_id, max(lower(btrim(value))) AS region
    FROM personalization_preference WHERE what = 'region' GROUP BY user_id, visitor_id
), placed AS (
    SELECT counting.*, coalesce(account.region, browser.region, visits.region, '') AS region
    FROM counting LEFT JOIN visits USING (visit_id)
    LEFT JOIN (SELECT user_id, max(region) AS region FROM told WHERE user_id IS NOT NULL GROUP BY user_id) AS account
           ON account.user_id = counting.user_id
    LEFT JOIN (SELECT visitor_id, region FROM told WHERE user_id IS NULL) AS browser
           ON browser.visitor_id = counting.visitor_id
), named AS (
    SELECT '' AS scope, begins, kind, product_id, quantity, value, receipt FROM counting
    UNION ALL
    SELECT 'region:' || region, begins, kind, product_id, quantity, value, receipt FROM placed WHERE region <> ''
    UNION ALL
    SELECT 'group:' || grouping || ':' || key, begins, kind, product_id, quantity, value, receipt
    FROM counting JOIN personalization_shoppergroup USING (user_id)
), fresh_scopes AS (
    INSERT INTO personalization_listscope (name)
    SELECT DISTINCT scope FROM named WHERE scope <> ''
       AND NOT EXISTS (SELECT FROM personalization_listscope AS known WHERE known.name = scope)
    ORDER BY scope ON CONFLICT DO NOTHING RETURNING id, name
), scopes AS (
    SELECT 0 AS id, '' AS name UNION ALL SELECT id, name FROM personalization_listscope
    UNION ALL SELECT id, name FROM fresh_scopes
), sums AS MATERIALIZED (
    SELECT begins, scopes.id::integer AS scope_id, product_id,
           coalesce(sum(quantity) FILTER (WHERE kind = 'purchased'), 0) AS units,
           coalesce(sum(value) FILTER (WHERE kind = 'purchased'), 0) AS revenue,
           count(DISTINCT receipt) FILTER (WHERE kind = 'purchased') AS orders,
           count(*) FILTER (WHERE kind = 'basket_added') AS adds,
           count(*) FILTER (WHERE kind = 'product_viewed') AS views
    FROM named JOIN scopes ON scopes.name = named.scope
    GROUP BY 1, 2, 3
)
"""

_SAME = "one.begins = other.begins AND one.scope_id = other.scope_id AND one.product_id = other.product_id"
_ADDED = ", ".join(f"{name} = known.{name} + excluded.{name}" for name in COLUMNS)
_NAMES = ", ".join(COLUMNS)
_TO_TOTALS = f"""
    ON CONFLICT (period, scope_id, product_id) DO UPDATE SET {_ADDED}, is_changed = true
"""

# Only what differs is written; and by what it differs, every period that reaches back so far.
_STORED = f"""
known AS MATERIALIZED (
    SELECT * FROM personalization_listcount WHERE begins >= %(since)s AND begins < %(until)s
), differing AS MATERIALIZED (
    SELECT coalesce(one.begins, other.begins) AS begins, coalesce(one.scope_id, other.scope_id) AS scope_id,
           coalesce(one.product_id, other.product_id) AS product_id,
           {", ".join(f"coalesce(one.{name}, 0) - coalesce(other.{name}, 0) AS {name}" for name in COLUMNS)}
    FROM sums AS one FULL JOIN known AS other ON {_SAME}
    WHERE ({", ".join(f"one.{name}" for name in COLUMNS)})
        IS DISTINCT FROM ({", ".join(f"other.{name}" for name in COLUMNS)})
), gone AS (
    DELETE FROM personalization_listcount AS one USING differing AS other
    WHERE {_SAME} AND NOT EXISTS (
        SELECT FROM sums WHERE sums.begins = one.begins AND sums.scope_id = one.scope_id
           AND sums.product_id = one.product_id)
), written AS (
    INSERT INTO personalization_listcount (begins, scope_id, product_id, {_NAMES})
    SELECT one.* FROM sums AS one JOIN differing AS other ON {_SAME}
    ON CONFLICT (begins, scope_id, product_id) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in COLUMNS)}
), moved AS (
    INSERT INTO personalization_listtotal AS known (period, scope_id, product_id, {_NAMES}, is_changed)
    SELECT period, scope_id, product_id, {", ".join(f"sum({name})" for name in COLUMNS)}, true
    FROM differing JOIN unnest(%(periods)s::text[], %(firsts)s::timestamptz[]) AS held (period, first)
      ON differing.begins >= held.first
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    {_TO_TOTALS}
)
SELECT count(*) FROM differing
"""  # noqa: S608
_SUM = f"WITH {_DEEDS.strip()}, {_SCOPED.strip()}, {_STORED.strip()}"

# What a period leaves behind as it moves on.
_LEAVE = f"""
INSERT INTO personalization_listtotal AS known (period, scope_id, product_id, {_NAMES}, is_changed)
SELECT period, scope_id, product_id, {", ".join(f"-sum({name})" for name in COLUMNS)}, true
FROM personalization_listcount JOIN unnest(%s::text[], %s::timestamptz[], %s::timestamptz[]) AS held (period, old, new)
  ON begins >= old AND begins < new
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
{_TO_TOTALS}
"""  # noqa: S608

_TOTAL = f"""
INSERT INTO personalization_listtotal (period, scope_id, product_id, {_NAMES}, is_changed)
SELECT period, scope_id, product_id, {", ".join(f"sum({name})" for name in COLUMNS)}, true
FROM personalization_listcount JOIN unnest(%s::text[], %s::timestamptz[]) AS held (period, first) ON begins >= first
GROUP BY 1, 2, 3
"""  # noqa: S608

_FOLD = f"""
WITH hours AS (DELETE FROM personalization_listcount WHERE begins >= %s AND begins < %s RETURNING *)
INSERT INTO personalization_listcount (begins, scope_id, product_id, {_NAMES})
SELECT date_trunc('day', begins, 'UTC'), scope_id, product_id, {", ".join(f"sum({name})" for name in COLUMNS)}
FROM hours GROUP BY 1, 2, 3
"""  # noqa: S608

Windows = dict[str, datetime]


@dataclass(frozen=True)
class Stretch:
    """Some hours of one day, or all of it, of which a count is kept by the hour or by the day."""

    since: datetime
    until: datetime
    unit: str


def sum_stretch(stretch: Stretch, *, until: datetime, windows: Windows) -> int:
    """Counts what the log says of it up to a moment; gives how many counts are others than before."""
    values: dict[str, Any] = {
        "unit": stretch.unit,
        "since": stretch.since,
        "until": stretch.until,
        "midnight": first_id(midnight_of(stretch.since)),
        "start": first_id(stretch.since),
        "end": first_id(min(stretch.until, until)),
        "bulk": conf.BULK_QUANTITY,
        "looks": totals.LOOKS_A_DAY,
        "periods": list(windows),
        "firsts": list(windows.values()),
    }
    return _execute(_SUM, values, is_count=True)


def move_on(old: Windows, new: Windows) -> None:
    """Takes out of each period's totals what lies before its new first moment."""
    moved = [period for period in new if new[period] > old[period]]
    _execute(_LEAVE, [moved, [old[one] for one in moved], [new[one] for one in moved]])


def total_all(windows: Windows) -> None:
    """Makes the totals of every period from nothing."""
    _execute("DELETE FROM personalization_listtotal", [])
    _execute(_TOTAL, [list(windows), list(windows.values())])


def fold(*, since: datetime, until: datetime) -> None:
    """Makes days of the hours between two midnights."""
    _execute(_FOLD, [since, until])


def forget(before: datetime) -> None:
    """Lets go of counts that no period reaches back to."""
    _execute("DELETE FROM personalization_listcount WHERE begins < %s", [before])


def _execute(statement: str, values: Any, *, is_count: bool = False) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0]) if is_count else int(cursor.rowcount)
