"""Where people stand among all others: recency, frequency and money by fifths, what they pay by thirds.

The borders are drawn over everybody, every night: in between people cross them by what they do, and by nothing that
others do. Who is alike scores alike, whatever the order in which they are read. Both read `pz_fresh`, which holds what
is about to be written of people.
"""

from django.db import connection

# Among fewer, a fifth and a third say nothing.
LEAST = {"fifths": 5, "thirds": 3}
# Of fewer pieces nobody knows whether their price was chosen.
LEAST_PIECES = 3

_MEASURED = {"recency_score": "last_order_at", "frequency_score": "orders", "monetary_score": "revenue"}
_TYPES = {"last_order_at": "timestamptz", "orders": "bigint", "revenue": "numeric"}
# Each with what stands there of people who cannot be compared.
COLUMNS = dict.fromkeys((*_MEASURED, "price_tier"), "NULL") | {"price_tiers": "'{}'"}

# What somebody pays is measured against what is usual in each department: who buys only pens does not buy cheap.
_PAID = """
paid AS MATERIALIZED (
    SELECT person, department, bought.units, paid, paid / bought.units AS each
    FROM pz_fresh,
         unnest(departments, department_units, department_paid) AS bought (department, units, paid)
)"""
_DEARNESS = """
dearness AS MATERIALIZED (
    SELECT person, round(sum(paid) / sum(units * price), 6) AS paid
    FROM paid JOIN usual USING (department) WHERE price > 0 GROUP BY person HAVING sum(units) >= %(pieces)s
)"""

# --- drawing the borders ----------------------------------------------------------------------------------------------


def _four(column: str) -> str:
    """The values at or below which a fifth of the others lie, two, three and four."""
    return f"percentile_disc((SELECT places FROM place)) WITHIN GROUP (ORDER BY {column}) AS {column}"  # noqa: S608


def _two(column: str) -> str:
    """The same for thirds, of a group."""
    ordered = f"array_agg({column} ORDER BY {column})"
    places = (f"greatest(1, ceil((count(*) - 1) * {third} / 3.0)::int)" for third in (1, 2))
    return f"CASE WHEN count(*) >= %(thirds)s THEN ARRAY[{', '.join(f'({ordered})[{one}]' for one in places)}] END"


_DRAW = f"""
WITH place AS (
    SELECT array_agg((ceil(fifth * (number - 1) / 5) - 0.5) / number ORDER BY fifth) AS places
    FROM (SELECT count(*)::float8 AS number FROM pz_fresh WHERE orders > 0) AS customers,
         generate_series(1, 4) AS fifth WHERE number >= %(fifths)s
), fifth AS (
    SELECT {", ".join(map(_four, _MEASURED.values()))} FROM pz_fresh WHERE orders > 0
), {_PAID.strip()}, usual AS (
    SELECT department, sum(paid) / sum(units) AS price FROM paid GROUP BY department
), {_DEARNESS.strip()}, overall AS (
    SELECT {_two("paid")} AS border FROM dearness
), third AS (
    SELECT department, {_two("each")} AS border FROM paid WHERE units >= %(pieces)s GROUP BY department
), department AS (
    SELECT department, jsonb_build_object('price', price, 'border', to_jsonb(third.border)) AS measure
    FROM usual LEFT JOIN third USING (department)
)
UPDATE personalization_profileclock SET borders = jsonb_strip_nulls(jsonb_build_object(
    'fifths', (SELECT to_jsonb(fifth) FROM fifth), 'overall', (SELECT to_jsonb(border) FROM overall),
    'departments', (SELECT jsonb_object_agg(department, measure) FROM department)))
"""  # noqa: S608 - words of our own

# --- telling on which side somebody stands ----------------------------------------------------------------------------


def _list(path: str, kind: str) -> str:
    return f"ARRAY(SELECT one::{kind} FROM jsonb_array_elements_text({path}) AS one)"  # noqa: S608


def _fifth(column: str) -> str:
    """1 to 5 by the share of the others who are below."""
    above = " + ".join(f"(one.{column} > fifth.{column}[{number}])::int" for number in range(1, 5))
    return f"CASE WHEN one.orders > 0 THEN 1 + {above} END"


def _third(paid: str, border: str) -> str:
    """Low, middle or high. Where both borders are one, more than a third pay that very price: it is the middle."""
    low = f"{paid} < {border}[1] OR {paid} = {border}[1] AND {border}[1] < {border}[2]"
    return f"CASE WHEN {paid} IS NULL OR {border}[1] IS NULL THEN NULL WHEN {low} THEN 1 WHEN {paid} > {border}[2] THEN 3 ELSE 2 END"  # noqa: E501


_FIFTHS = ", ".join(_list(f"borders->'fifths'->'{name}'", kind) + f" AS {name}" for name, kind in _TYPES.items())
_SCORE = f"""
CREATE TEMPORARY TABLE pz_score ON COMMIT DROP AS
WITH clock AS (
    SELECT borders FROM personalization_profileclock
), fifth AS MATERIALIZED (
    SELECT {_FIFTHS},
           {_list("borders->'overall'", "numeric")} AS overall
    FROM clock
), usual AS MATERIALIZED (
    SELECT key::bigint AS department, (value->>'price')::numeric AS price,
           {_list("value->'border'", "numeric")} AS border
    FROM clock, jsonb_each(borders->'departments')
), {_PAID.strip()}, {_DEARNESS.strip()}, placed AS (
    SELECT person, jsonb_object_agg(department, {_third("each", "border")}) AS tiers
    FROM paid JOIN usual USING (department) WHERE units >= %(pieces)s AND border[1] IS NOT NULL GROUP BY person
)
SELECT one.person, {", ".join(f"{_fifth(one)} AS {name}" for name, one in _MEASURED.items())},
       {_third("dearness.paid", "fifth.overall")} AS price_tier, tiers AS price_tiers
FROM pz_fresh AS one CROSS JOIN fifth LEFT JOIN dearness USING (person) LEFT JOIN placed USING (person)
"""  # noqa: S608


def draw_borders() -> None:
    """Draws them anew; over everybody, if `pz_fresh` holds everybody."""
    _execute(_DRAW)


def score() -> None:
    """Says of people on which side of the borders they stand."""
    _execute(_SCORE)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, LEAST | {"pieces": LEAST_PIECES})
