"""What people bought: how often, how much, how cheaply, and how much of it came back."""

from personalization.people.profiles.part import Part

# A price that is a rounding away from the usual one is no discount.
_USUAL = "0.99 * shelf.usual_price * coalesce(quantity, 1)"

_ORDERS = f"""
CREATE TEMPORARY TABLE pz_order ON COMMIT DROP AS
SELECT account, stranger, coalesce(payload->>'order', id::text) AS receipt, min(happened_at) AS placed_at,
       sum(coalesce(quantity, 1)) AS units, coalesce(sum(value), 0) AS paid,
       sum(value) FILTER (WHERE shelf.usual_price > 0) AS comparable,
       sum(value) FILTER (WHERE value < {_USUAL}) AS cheaper,
       left(max(payload->>'store'), 100) AS store
FROM {{deeds}} LEFT JOIN pz_shelf AS shelf USING (product_id)
WHERE kind = 'purchased' GROUP BY 1, 2, 3
"""  # noqa: S608 - words of our own

# Of a line its own last word counts, of an order the order's.
_CAME_BACK = """
CREATE TEMPORARY TABLE pz_came_back ON COMMIT DROP AS
WITH told AS (
    SELECT payload->>'order' AS receipt, payload->>'line' AS line,
           substr(max((id::text || coalesce(payload->>'after', '')) COLLATE "C"), 37) AS status
    FROM {deeds} WHERE kind IN ('order_status_changed', 'line_status_changed') GROUP BY 1, 2
), back AS (
    SELECT receipt, line FROM told WHERE status = ANY(%(returned)s)
)
SELECT personalization_person(account, stranger) AS person, sum(coalesce(quantity, 1)) AS returns
FROM {deeds}
WHERE kind = 'purchased' AND EXISTS (
    SELECT FROM back WHERE receipt = payload->>'order' AND (line IS NULL OR line = payload->>'line'))
GROUP BY account, stranger
"""

_STORES = """
CREATE TEMPORARY TABLE pz_store ON COMMIT DROP AS
SELECT DISTINCT ON (person) personalization_person(account, stranger) AS person, store
FROM (SELECT account, stranger, store, count(*) AS times, max(placed_at) AS last_at
      FROM pz_order WHERE store <> '' GROUP BY 1, 2, 3) AS bought_at
ORDER BY person, times DESC, last_at DESC, store
"""

_TOGETHER = """
CREATE TEMPORARY TABLE pz_orders ON COMMIT DROP AS
SELECT one.*, coalesce(back.returns, 0) AS returns, coalesce(pz_store.store, '') AS store
FROM (
    SELECT personalization_person(account, stranger) AS person, count(*) AS orders, sum(units) AS units,
           sum(paid) AS revenue, min(placed_at) AS first_order_at, max(placed_at) AS last_order_at,
           round(sum(paid) / count(*), 2) AS average_order,
           round(sum(units) / count(*), 4)::float8 AS average_units,
           round(extract(epoch FROM max(placed_at) - min(placed_at)) / 86400 / nullif(count(*) - 1, 0), 4)::float8
               AS order_gap_days,
           round(coalesce(sum(cheaper), 0) / nullif(sum(comparable), 0), 4)::float8 AS discount_share
    FROM pz_order GROUP BY account, stranger
) AS one
LEFT JOIN pz_came_back AS back USING (person) LEFT JOIN pz_store USING (person)
"""

ORDERS = Part(
    tables=("pz_orders", "pz_order", "pz_came_back", "pz_store"),
    columns={
        "orders": "0", "units": "0", "revenue": "0", "first_order_at": "NULL", "last_order_at": "NULL",
        "average_order": "NULL", "average_units": "NULL", "order_gap_days": "NULL", "discount_share": "NULL",
        "returns": "0", "store": "''",
    },
    steps=(_ORDERS, "ANALYZE pz_order", _CAME_BACK, _STORES, _TOGETHER, "ANALYZE pz_orders"),
)  # fmt: skip
