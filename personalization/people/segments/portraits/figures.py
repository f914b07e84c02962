"""The sums behind a portrait: three statements over profiles, of the segment and of everybody in one go each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

# So many people tell a share to a third of a percent: a larger shop is asked by a sample, by the same draw each time.
MOST_PEOPLE = 100_000
DRAWS = 10_000
# Values of one demographic that make a picture; of more, such as ages in years, only the average is told.
MOST_VALUES = 12

# Everybody of the sample, and whether they belong.
_ASKED = """
WITH asked AS MATERIALIZED (
    SELECT profile.*, member.person IS NOT NULL AS inside
    FROM personalization_profile AS profile
    LEFT JOIN personalization_membership AS member
           ON member.person = profile.person AND member.segment_id = %(segment)s AND member.part = 0
    WHERE draw < %(draws)s
)
"""

_SUMS = f"""
{_ASKED}
SELECT inside, count(*) AS people, count(*) FILTER (WHERE orders > 0) AS buyers,
       count(*) FILTER (WHERE orders > 1) AS repeat_buyers, coalesce(sum(orders), 0) AS orders,
       coalesce(sum(units), 0) AS units, coalesce(sum(returns), 0) AS returns, coalesce(sum(revenue), 0) AS revenue,
       coalesce(sum(visits), 0) AS visits, avg(order_gap_days) AS gap_days, avg(discount_share) AS discount_share,
       avg(churn_risk) AS churn_risk, avg(expected_revenue) AS expected_revenue,
       count(churn_risk) AS predicted
FROM asked GROUP BY inside
"""  # noqa: S608 - words of our own

# One row for each value of each property: how many have it inside, and how many of all.
_SHARES = f"""
{_ASKED}
SELECT what, key, count(*) FILTER (WHERE inside) AS inside, count(*) AS everybody
FROM asked CROSS JOIN LATERAL (VALUES
    ('region', region), ('store', store), ('device', device), ('language', language), ('source', source),
    ('weekday', weekday::text), ('hour', hour::text), ('tier', price_tier::text)
) AS told (what, key)
WHERE key <> '' GROUP BY what, key
UNION ALL
SELECT 'known:' || known.key, known.value, count(*) FILTER (WHERE inside), count(*)
FROM asked CROSS JOIN LATERAL jsonb_each_text(demographics) AS known
WHERE known.value <> '' GROUP BY known.key, known.value
"""  # noqa: S608 - words of our own

# Tastes are shares of one for each person: their mean over those who have any.
_TASTES = f"""
{_ASKED}, tasting AS (
    SELECT 'category' AS what, inside, person, one.key, one.value::float AS share
    FROM asked CROSS JOIN LATERAL jsonb_each_text(categories) AS one
    UNION ALL
    SELECT 'brand', inside, person, one.key, one.value::float
    FROM asked CROSS JOIN LATERAL jsonb_each_text(brands) AS one
)
SELECT what, key, coalesce(sum(share) FILTER (WHERE inside), 0) AS inside, sum(share) AS everybody,
       count(*) FILTER (WHERE inside) AS people
FROM tasting GROUP BY what, key
"""  # noqa: S608 - words of our own


@dataclass(frozen=True)
class Sums:
    """What people did, added up; means are over those of whom it is known."""

    people: int = 0
    buyers: int = 0
    repeat_buyers: int = 0
    orders: int = 0
    units: int = 0
    returns: int = 0
    revenue: Decimal = Decimal(0)
    visits: int = 0
    gap_days: float | None = None
    discount_share: float | None = None
    churn_risk: float | None = None
    expected_revenue: float | None = None
    predicted: int = 0


@dataclass(frozen=True)
class Count:
    """A value, with how many (or how much) of it inside and among everybody."""

    what: str
    key: str
    inside: float
    everybody: float
    people: int = 0


@dataclass(frozen=True)
class Figures:
    """All that a portrait is made from. Counts of people are those of the sample; `scale` makes the shop's of them."""

    inside: Sums
    outside: Sums
    counts: tuple[Count, ...]
    tastes: tuple[Count, ...]
    scale: float


def figures_of(segment_id: int) -> Figures:
    """The figures of a segment beside those of everybody else; of a segment without live rules."""
    draws = _draws()
    values = {"segment": segment_id, "draws": draws}
    sums = {row.pop("inside"): Sums(**row) for row in _rows(_SUMS, values)}
    counts = tuple(
        Count(row["what"], row["key"], row["inside"], row["everybody"], row["inside"]) for row in _rows(_SHARES, values)
    )
    tastes = tuple(Count(**row) for row in _rows(_TASTES, values))
    return Figures(sums.get(True, Sums()), sums.get(False, Sums()), counts, tastes, DRAWS / draws)


def _draws() -> int:
    """How many of ten thousand draws are asked: all of them, unless the shop is large."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'personalization_profile'::regclass")
        estimate = int(cursor.fetchone()[0])
    return DRAWS if estimate <= MOST_PEOPLE else max(1, DRAWS * MOST_PEOPLE // estimate)


def _rows(statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
