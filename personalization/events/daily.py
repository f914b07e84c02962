"""Daily figures: what is kept of the log for good, and what lists read instead of it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from personalization.events import days
from personalization.events.block_keys import BLOCK_KEY
from personalization.events.identifiers import first_id
from personalization.events.models import DailyFigure, SummedDay

EARLIEST = date(1970, 1, 1)

# An order is in the shop's own books. Whatever else somebody did who agreed to being shown what fits, and not to being
# counted, is not counted; an account may have said so on another device, whose answer stands beside the log.
AGREED_TO = """
    (kind = 'purchased' OR NOT payload ? 'uncounted' AND NOT EXISTS (
        SELECT FROM personalization_accountconsent AS answer
        WHERE answer.user_id = one.user_id AND answer.changed_at <= one.happened_at
          AND NOT 'analytics' = ANY(answer.purposes)))
"""

_HAPPENED = f"""
    SELECT id, kind, happened_at, product_id, quantity, value, payload,
           coalesce('account ' || user_id, visitor_id::text) AS person
    FROM personalization_event AS one
    WHERE traffic = 'shopper' AND id >= %(start)s AND id < %(end)s AND {AGREED_TO}
"""  # noqa: S608 - words of our own

# One day in one statement: per kind, per product and per block. A shown block is an impression of each of its products.
# Kinds whose events have left the log that day keep the figures that they have; of the others, only rows that differ
# are written, so that an hour in which nothing happened leaves no dead rows behind.
_SUM = f"""
WITH happened AS MATERIALIZED ({_HAPPENED}), final AS (
    SELECT kind FROM personalization_dailyfigure
    WHERE day = %(day)s AND product_id = 0 AND block = '' AND is_final
), about AS (
    SELECT kind, 0::bigint AS product_id, '' AS block, person, quantity, value FROM happened
    UNION ALL
    SELECT kind, product_id, '', person, quantity, value FROM happened WHERE product_id <> 0 AND kind <> 'block_shown'
    UNION ALL
    SELECT kind, shown.id::bigint, '', person, NULL, NULL
    FROM happened, LATERAL (
        SELECT DISTINCT CASE jsonb_typeof(product) WHEN 'object' THEN product->>'id' ELSE product #>> '{{}}' END AS id
        FROM jsonb_array_elements(
            CASE jsonb_typeof(payload->'products') WHEN 'array' THEN payload->'products' ELSE '[]' END) AS product
    ) AS shown
    WHERE kind = 'block_shown' AND shown.id ~ '^[1-9][0-9]{{0,17}}$'
    UNION ALL
    SELECT kind, 0, {BLOCK_KEY}, person, quantity, value FROM happened AS one
    WHERE kind IN ('block_shown', 'block_seen', 'block_clicked', 'banner_shown', 'banner_seen', 'banner_clicked')
), figures AS (
    SELECT kind, product_id, block, count(*) AS events, count(DISTINCT person) AS people,
           coalesce(sum(quantity), 0) AS units, coalesce(sum(value), 0) AS value
    FROM about WHERE kind NOT IN (SELECT kind FROM final) GROUP BY kind, product_id, block
), gone AS (
    DELETE FROM personalization_dailyfigure AS known
    WHERE day = %(day)s AND kind NOT IN (SELECT kind FROM final) AND NOT EXISTS (
        SELECT FROM figures WHERE figures.kind = known.kind AND figures.product_id = known.product_id
           AND figures.block = known.block)
    RETURNING 1
), written AS (
    INSERT INTO personalization_dailyfigure AS known
        (day, kind, product_id, block, events, people, units, value, is_final)
    SELECT %(day)s, kind, product_id, block, events, people, units, value, false
    FROM figures ORDER BY kind, product_id, block
    ON CONFLICT (day, kind, product_id, block) DO UPDATE SET
        events = excluded.events, people = excluded.people, units = excluded.units, value = excluded.value
    WHERE (known.events, known.people, known.units, known.value)
        IS DISTINCT FROM (excluded.events, excluded.people, excluded.units, excluded.value)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""  # noqa: S608 - words of our own

_LIVE_BLOCKS = f"""
SELECT (happened_at AT TIME ZONE 'UTC')::date, kind, {BLOCK_KEY}, count(*) FROM ({_HAPPENED}) AS one
WHERE kind = ANY(%(kinds)s) GROUP BY 1, 2, 3
"""  # noqa: S608 - words of our own


@dataclass(frozen=True)
class Figure:
    """One day of one kind, of the shop, of one product, or of one block (`key`); people are counted once a day."""

    day: date
    kind: str
    key: int | str
    events: int
    people: int = 0
    units: int = 0
    value: Decimal = Decimal(0)


# --- making them ------------------------------------------------------------------------------------------------------


def sum_days(now: datetime) -> dict[str, Any]:
    """Makes the figures of every day that has events and no figures to rely on: today and the two days before, always.

    Each day is one transaction: it may run twice, twice at once, or be killed anywhere, and leaves the same rows.
    """
    changed = [sum_day(day, now=now) for day in unsummed(until=days.day_of(now) + days.DAY)]
    return {"summed": len(changed), "figures": sum(changed)}


def unsummed(*, until: date, since: date = EARLIEST) -> list[date]:
    """The days of [since, until) that have events, but no figures to rely on; the oldest first."""
    known, found = days.settled(since=since, until=until), days.stale(since=since, until=until)
    day = days.next_day(since=since, until=until)
    while day is not None:
        if day not in known:
            found.add(day)
        # Days that are known are stepped over without a look: only what lies between them costs one.
        day += days.DAY
        while day in known:
            day += days.DAY
        day = days.next_day(since=day, until=until)
    return sorted(found)


@transaction.atomic
def sum_day(day: date, *, now: datetime) -> int:
    """Makes one day's figures, of a day that is not over up to this moment; gives the number of rows that changed."""
    days.lock(day)
    if SummedDay.objects.filter(day=day, summed_at__gte=now, is_stale=False).exists():
        return 0
    values: dict[str, Any] = {
        "day": day,
        "start": first_id(days.begin(day)),
        "end": first_id(min(now, days.begin(day) + days.DAY)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUM, values)
        changed = int(cursor.fetchone()[0])
    SummedDay.objects.update_or_create(day=day, defaults={"summed_at": now, "is_stale": False})
    return changed


# --- reading them -----------------------------------------------------------------------------------------------------


def figures(*kinds: str, since: date, until: date, by: str = "shop") -> list[Figure]:
    """The figures of [since, until), day by day: by "shop", by "product" or by "block"; as they were last summed."""
    rows = DailyFigure.objects.filter(kind__in=kinds, day__gte=since, day__lt=until).order_by("day", "kind").about(by)
    key = {"shop": "block", "product": "product_id", "block": "block"}[by]
    return [Figure(*row) for row in rows.values_list("day", "kind", key, "events", "people", "units", "value")]


def blocks_since_last_sum(*kinds: str, now: datetime, days_back: int) -> list[Figure]:
    """What the daily figures do not count yet, by block: as a rule the last hour; all of it, had nobody ever summed."""
    since = max(days.begin(days.day_of(now)) - days_back * days.DAY, _summed_until())
    values: dict[str, Any] = {"start": first_id(since), "end": first_id(now), "kinds": list(kinds)}
    with connection.cursor() as cursor:
        cursor.execute(_LIVE_BLOCKS, values)
        return [Figure(*row) for row in cursor.fetchall()]


def _summed_until() -> datetime:
    newest = SummedDay.objects.order_by("-day").first()
    return min(newest.summed_at, days.begin(newest.day) + days.DAY) if newest else days.begin(EARLIEST)
