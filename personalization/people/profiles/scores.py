"""Where people stand among all others: recency, frequency and money by fifths, what they pay by thirds.

Who is alike scores alike, whatever the order in which they are read. Only rows that differ are written.
"""

from datetime import datetime
from typing import Any

from django.db import connection

# Among fewer, a fifth and a third say nothing.
LEAST_CUSTOMERS = {"fifths": 5, "thirds": 3}
# Of fewer pieces nobody knows whether their price was chosen.
LEAST_PIECES = 3


def _score(column: str) -> str:
    """1 to 5 by the share of the others who are below: four borders, each the value that so many lie at or below."""
    above = " + ".join(f"(one.{column} > border.{column}[{number}])::int" for number in range(1, 5))
    return f"CASE WHEN one.orders > 0 THEN 1 + {above} END"


def _border(column: str) -> str:
    return f"percentile_disc((SELECT places FROM place)) WITHIN GROUP (ORDER BY {column}) AS {column}"  # noqa: S608


_MEASURED = {"recency_score": "last_order_at", "frequency_score": "orders", "monetary_score": "revenue"}
_NAMES = ", ".join(_MEASURED)
_FIFTHS = f"""
WITH customers AS (
    SELECT count(*)::float8 AS number FROM personalization_profile WHERE orders > 0
), place AS (
    SELECT array_agg((ceil(fifth * (number - 1) / 5) - 0.5) / number ORDER BY fifth) AS places
    FROM customers, generate_series(1, 4) AS fifth WHERE number >= %(least)s
), border AS (
    SELECT {", ".join(map(_border, _MEASURED.values()))} FROM personalization_profile WHERE orders > 0
), fresh AS (
    SELECT person, {", ".join(f"{_score(one)} AS {name}" for name, one in _MEASURED.items())}
    FROM personalization_profile AS one CROSS JOIN border
    WHERE ({", ".join(map(_score, _MEASURED.values()))})
          IS DISTINCT FROM ({_NAMES})
)
UPDATE personalization_profile AS known
SET {", ".join(f"{name} = fresh.{name}" for name in _MEASURED)}, changed_at = %(now)s
FROM fresh WHERE fresh.person = known.person
"""  # noqa: S608 - words of our own

# Low, middle or high by two borders. Where they are one, more than a third pay that very price: it is the middle.
_THIRD = """
CASE WHEN {paid} < {border}[1] OR {paid} = {border}[1] AND {border}[1] < {border}[2] THEN 1
     WHEN {paid} > {border}[2] THEN 3 ELSE 2 END
"""
_BORDERS = """
CASE WHEN count(*) >= %(least)s THEN ARRAY[
    (array_agg({paid} ORDER BY {paid}))[greatest(1, ceil((count(*) - 1) / 3.0)::int)],
    (array_agg({paid} ORDER BY {paid}))[greatest(1, ceil((count(*) - 1) * 2 / 3.0)::int)]] END
"""

# What somebody pays is measured against what is usual in each department: who buys only pens does not buy cheap.
_TIERS = f"""
WITH paid AS MATERIALIZED (
    SELECT person, department, bought.units, paid, paid / bought.units AS each
    FROM personalization_profile,
         unnest(departments, department_units, department_paid) AS bought (department, units, paid)
), usual AS (
    SELECT department, sum(paid) / sum(units) AS price FROM paid GROUP BY department
), dearness AS MATERIALIZED (
    SELECT person, round(sum(paid) / sum(units * price), 6) AS paid
    FROM paid JOIN usual USING (department) WHERE price > 0 GROUP BY person HAVING sum(units) >= %(pieces)s
), overall AS (
    SELECT {_BORDERS.format(paid="paid")} AS border FROM dearness
), of_department AS (
    SELECT department, {_BORDERS.format(paid="each")} AS border FROM paid WHERE units >= %(pieces)s GROUP BY department
), placed AS (
    SELECT person, jsonb_object_agg(department, {_THIRD.format(paid="each", border="border")}) AS tiers
    FROM paid JOIN of_department USING (department)
    WHERE units >= %(pieces)s AND border IS NOT NULL GROUP BY person
), fresh AS (
    SELECT one.person, coalesce(tiers, '{{}}') AS price_tiers,
           CASE WHEN border IS NOT NULL AND dearness.paid IS NOT NULL
                THEN {_THIRD.format(paid="dearness.paid", border="border")} END AS price_tier
    FROM personalization_profile AS one CROSS JOIN overall
    LEFT JOIN dearness USING (person) LEFT JOIN placed USING (person)
)
UPDATE personalization_profile AS known
SET price_tier = fresh.price_tier, price_tiers = fresh.price_tiers, changed_at = %(now)s
FROM fresh WHERE fresh.person = known.person
  AND (fresh.price_tier, fresh.price_tiers) IS DISTINCT FROM (known.price_tier, known.price_tiers)
"""  # noqa: S608


def score(*, now: datetime) -> int:
    """Compares everybody with everybody; gives how many rows have changed."""
    values: dict[str, Any] = {"now": now, "pieces": LEAST_PIECES}
    changed = 0
    with connection.cursor() as cursor:
        for statement, parts in ((_FIFTHS, "fifths"), (_TIERS, "thirds")):
            cursor.execute(statement, values | {"least": LEAST_CUSTOMERS[parts]})
            changed += cursor.rowcount
    return changed
