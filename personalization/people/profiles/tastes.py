"""What people like, by what they did and how long ago, and what they pay in each department."""

from collections.abc import Mapping
from math import log
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

# What a deed with a product is a liking of, in numbers: a category by its id, a brand by its place in the alphabet,
# counted down from -2; 0 and -1 stand for the whole, of all goods that have a category, and of all that have a brand.
OF_CATEGORIES, OF_BRANDS = 0, -1
_MARKS = (
    """
    CREATE TEMPORARY TABLE pz_brand ON COMMIT DROP AS
    SELECT brand, -1 - row_number() OVER (ORDER BY brand COLLATE "C") AS mark
    FROM pz_shelf WHERE brand <> '' GROUP BY brand
    """,
    f"""
    CREATE TEMPORARY TABLE pz_mark ON COMMIT DROP AS
    SELECT product_id, unnest(categories) AS mark FROM pz_shelf
    UNION ALL SELECT product_id, {OF_CATEGORIES} FROM pz_shelf WHERE categories <> '{{}}'
    UNION ALL SELECT product_id, mark FROM pz_shelf JOIN pz_brand USING (brand)
    UNION ALL SELECT product_id, {OF_BRANDS} FROM pz_shelf WHERE brand <> ''
    """,  # noqa: S608 - numbers of our own
    "ANALYZE pz_mark",
)

# A deed counts half as much after each half-life. All of them fade alike, so the shares do not: of somebody who does
# nothing they stay as they are. The offset keeps the server from working out a deed's weight for each of its marks.
_LIKING = """
CREATE TEMPORARY TABLE pz_liking ON COMMIT DROP AS
SELECT account, stranger, mark, sum(weight) AS liking
FROM (
    SELECT account, stranger, product_id,
           weight * exp(%(fading)s * date_part('epoch', happened_at - %(now)s)) AS weight
    FROM {deeds} JOIN unnest(%(kinds)s::text[], %(weights)s::float8[]) AS taught (kind, weight) USING (kind)
    WHERE kind = ANY(%(kinds)s) AND product_id IS NOT NULL OFFSET 0
) AS one JOIN pz_mark USING (product_id) GROUP BY account, stranger, mark
"""

# Of all that they like. A sum of many comes out a hair different each time: rounding twice takes that hair off before
# it can lie on one side of a limit today and on the other tomorrow.
_TASTES = f"""
CREATE TEMPORARY TABLE pz_taste ON COMMIT DROP AS
SELECT personalization_person(account, stranger) AS person,
       jsonb_object_agg(mark, share / 10000.0::float8) FILTER (WHERE mark > {OF_CATEGORIES}) AS categories,
       jsonb_object_agg(brand, share / 10000.0::float8) FILTER (WHERE brand IS NOT NULL) AS brands
FROM (
    SELECT account, stranger, mark, share, row_number() OVER (
        PARTITION BY account, stranger, mark > {OF_CATEGORIES} ORDER BY share DESC, abs(mark)) AS place
    FROM (
        SELECT account, stranger, mark, round(round(liking / whole * 1e9) / 1e5)::int AS share
        FROM (
            SELECT account, stranger, mark, liking, CASE WHEN mark > {OF_CATEGORIES}
                THEN max(liking) FILTER (WHERE mark = {OF_CATEGORIES}) OVER one
                ELSE max(liking) FILTER (WHERE mark = {OF_BRANDS}) OVER one END AS whole
            FROM pz_liking WINDOW one AS (PARTITION BY account, stranger)
        ) AS part WHERE mark NOT IN ({OF_CATEGORIES}, {OF_BRANDS}) AND whole > 0
    ) AS shared
) AS placed LEFT JOIN pz_brand USING (mark)
WHERE place <= {KEPT} AND share > 0 GROUP BY account, stranger
"""  # noqa: S608

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
TASTES = Part(
    ("pz_taste", "pz_liking", "pz_mark", "pz_brand"),
    {"categories": _EMPTY, "brands": _EMPTY},
    (*_MARKS, _LIKING, "ANALYZE pz_liking (account, stranger, mark)", _TASTES),
)
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
        "fading": log(2) / (conf.TASTE_HALF_LIFE_DAYS * DAY),
        "bulk": conf.BULK_QUANTITY,
    }
