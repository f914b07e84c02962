"""What people like, by what they did and how long ago, and what they pay in each department."""

from collections.abc import Mapping
from typing import Any

from personalization import shop
from personalization.conf import conf
from personalization.events.kinds import kinds
from personalization.people.profiles.part import Part

KEPT = 20
DAY = 86_400

# What is known of the goods, as narrow as can be; without the root that all of them hang on.
SHELF = (
    """
    CREATE TEMPORARY TABLE pz_shelf ON COMMIT DROP AS
    SELECT product_id, usual_price, brand,
           ARRAY(SELECT DISTINCT one FROM unnest(category_ids) AS one WHERE NOT one = ANY(%(roots)s)) AS categories,
           (SELECT min(one) FROM unnest(category_ids) AS one WHERE one = ANY(%(departments)s)) AS department
    FROM personalization_productfact
    """,
    "ANALYZE pz_shelf",
)

# A deed counts half as much after each half-life. All of them fade alike, so the shares do not: of somebody who does
# nothing they stay as they are.
_LIKING = """
CREATE TEMPORARY TABLE pz_liking ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person, product_id, liking
FROM (
    SELECT account, stranger, product_id,
           sum(weight * power(2::float8, date_part('epoch', happened_at - %(now)s) / %(half_life)s)) AS liking
    FROM {deeds} JOIN unnest(%(kinds)s::text[], %(weights)s::float8[]) AS taught (kind, weight) USING (kind)
    WHERE kind = ANY(%(kinds)s) AND product_id IS NOT NULL GROUP BY 1, 2, 3
) AS one
"""

# Of all that they like. A sum of many comes out a hair different each time: rounding twice takes that hair off before
# it can lie on one side of a limit today and on the other tomorrow.
_SHARES = """
CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS
WITH whole AS (
    SELECT person, sum(liking) AS liking FROM pz_liking JOIN pz_shelf USING (product_id) WHERE {counts} GROUP BY person
), part AS (
    SELECT person, {key} AS key, sum(liking) AS liking
    FROM pz_liking JOIN pz_shelf USING (product_id) {each} WHERE {counts} GROUP BY person, {key}
), share AS (
    SELECT person, key, round(round(part.liking / whole.liking * 1e9) / 1e5)::int AS share
    FROM part JOIN whole USING (person) WHERE whole.liking > 0
), placed AS (
    SELECT person, key, share, row_number() OVER (PARTITION BY person ORDER BY share DESC, {order}) AS place FROM share
)
SELECT person, jsonb_object_agg(key, share / 10000.0::float8) AS {column}
FROM placed WHERE place <= {kept} AND share > 0 GROUP BY person
"""


def _shares(column: str, **words: str) -> str:
    values = {"table": f"pz_{column}", "column": column, "kept": KEPT} | words
    return _SHARES.format(**values)


_CATEGORIES = _shares(
    "categories",
    key="category",
    order="key",
    each="CROSS JOIN unnest(categories) AS category",
    counts="categories <> '{}'",
)
_BRANDS = _shares("brands", key="brand", order='key COLLATE "C"', each="", counts="brand <> ''")

# Wholesale is another price.
_PAID = """
CREATE TEMPORARY TABLE pz_paid ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person, array_agg(department ORDER BY department) AS departments,
       array_agg(units ORDER BY department) AS department_units, array_agg(paid ORDER BY department) AS department_paid
FROM (
    SELECT account, stranger, department, sum(quantity) AS units, sum(value) AS paid
    FROM {deeds} JOIN pz_shelf USING (product_id)
    WHERE kind = 'purchased' AND quantity BETWEEN 1 AND %(bulk)s AND value IS NOT NULL AND department IS NOT NULL
    GROUP BY 1, 2, 3
) AS bought GROUP BY account, stranger
"""

_EMPTY = "'{}'"
CATEGORIES = Part(
    ("pz_categories", "pz_liking"),
    {"categories": _EMPTY},
    (_LIKING, "ANALYZE pz_liking (person, product_id)", _CATEGORIES),
)
BRANDS = Part(("pz_brands",), {"brands": _EMPTY}, (_BRANDS,))
PAID = Part(("pz_paid",), {"departments": _EMPTY, "department_units": _EMPTY, "department_paid": _EMPTY}, (_PAID,))


def values() -> Mapping[str, Any]:
    """What the steps ask for."""
    departments = list(shop.departments())
    weights = {kind.name: kind.training_weight for kind in kinds if kind.training_weight > 0}
    return {
        "departments": departments,
        "roots": list(shop.categories_above(departments[0])) if departments else [],
        "kinds": list(weights),
        "weights": list(weights.values()),
        "half_life": conf.TASTE_HALF_LIFE_DAYS * DAY,
        "bulk": conf.BULK_QUANTITY,
    }
