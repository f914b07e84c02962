"""Fills the shop of the bench from numbers alone, inside the database: the same one each time, within minutes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from personalization.events.partitions import ensure_partitions
from shop_demo.bench.people.size import EVENTS_OF_A_VISIT, Size

Say = Callable[[str], object]

SPAN = timedelta(days=365)
DEPARTMENTS, CATEGORIES, PRODUCTS, BRANDS = 12, 240, 6000, 200
PARTS = 20

# A number between 0 and 1 that is no accident of a run.
_DRAWN = "(('x' || substr(md5({what}::text || '{name}'), 1, 7))::bit(28)::int / 268435456.0)"

# Departments with shelves in them.
_SHELVES = """
INSERT INTO catalogue_category (path, depth, numchild, name, slug, description, long_description, exclude_from_menu,
                                is_public, ancestors_are_public)
SELECT lpad(number::text, 4, '0'), 1, %(each)s, 'Department ' || number, 'department-' || number, '', '', false, true,
       true
FROM generate_series(1, %(departments)s) AS number;
INSERT INTO catalogue_category (path, depth, numchild, name, slug, description, long_description, exclude_from_menu,
                                is_public, ancestors_are_public)
SELECT one.path || lpad(number::text, 4, '0'), 2, 0, one.name || ', shelf ' || number, 'shelf-' || number, '', '',
       false, true, true
FROM catalogue_category AS one, generate_series(1, %(each)s) AS number;
INSERT INTO personalization_productfact (product_id, category_ids, brand, attributes, price, currency, usual_price,
                                         is_buyable, listed_at, looked_at)
SELECT number, ARRAY[shelf.id, above.id], 'brand ' || number %% %(brands)s, '{}', 5 + number %% 95, 'EUR',
       5 + number %% 95, true, %(now)s, %(now)s
FROM generate_series(1, %(products)s) AS number
JOIN (SELECT id, path, row_number() OVER (ORDER BY path) AS place FROM catalogue_category WHERE depth = 2) AS shelf
  ON shelf.place = number %% %(categories)s + 1
JOIN catalogue_category AS above ON above.path = left(shelf.path, 4);
"""

_CUSTOMERS = """
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                       date_joined)
SELECT number, '!', false, 'customer ' || number, '', '', 'customer-' || number || '@example.com', false, true,
       %(since)s
FROM generate_series(%(first)s, %(last)s) AS number;
INSERT INTO personalization_visitor (id, traffic, first_seen_at, last_seen_at, linked_at, user_id, visits)
SELECT md5('visitor' || number)::uuid, 'shopper', %(since)s, %(now)s, %(since)s, number, 4
FROM generate_series(%(first)s, %(last)s) AS number;
"""

# Some come often and most seldom. A third of them signs in only to buy: until then the visitor's row says who they are.
# In the order of time, as a log grows.
VISITS = f"""
INSERT INTO personalization_event (id, kind, happened_at, visitor_id, user_id, visit_id, traffic, product_id, quantity,
                                   value, payload)
SELECT CASE WHEN step = 1 THEN visit_id ELSE {{id}} END, kind, at, md5('visitor' || customer)::uuid,
       CASE WHEN step < 4 AND shy < 0.33 THEN NULL ELSE customer END, visit_id, 'shopper',
       CASE WHEN kind IN ('visit_started', 'searched') THEN NULL ELSE 1 + (product + step * 37) %% {PRODUCTS} END,
       CASE WHEN kind IN ('basket_added', 'purchased') THEN 1 + number %% 3 END,
       CASE WHEN kind = 'purchased'
            THEN (1 + number %% 3) * (5 + (1 + (product + step * 37) %% {PRODUCTS}) %% 95) * (0.7 + 0.3 * shy) END,
       CASE kind WHEN 'purchased' THEN jsonb_build_object('order', number)
                 WHEN 'searched' THEN '{{{{"query": "something"}}}}'
                 WHEN 'visit_started' THEN jsonb_build_object(
                     'number', 1, 'device', (ARRAY['phone', 'desktop', 'tablet'])[1 + number %% 3],
                     'language', (ARRAY['uk', 'ru', 'en'])[1 + number %% 3], 'region', 'region ' || customer %% 25,
                     'source', (ARRAY['google.com', 'newsletter'])[1 + number %% 2]) ELSE '{{{{}}}}' END
FROM (
    SELECT drawn.*, step, began + (step - 1) * interval '40 seconds' AS at, md5(number || 'step' || step) AS mixed,
           CASE WHEN step = 1 THEN 'visit_started' WHEN step < 4 THEN 'product_viewed'
                WHEN step = 4 THEN CASE WHEN chance < 0.85 THEN 'basket_added' ELSE 'searched' END
                WHEN chance < 0.75 THEN 'purchased' ELSE 'product_viewed' END AS kind
    FROM (
        SELECT number, began, customer, {{product}} AS product, {{chance}} AS chance, {{shy}} AS shy,
               {{visit_id}} AS visit_id
        FROM ({{who}}) AS coming
    ) AS drawn, generate_series(1, {EVENTS_OF_A_VISIT}) AS step
    ORDER BY at
) AS deed
"""  # noqa: S608 - words of our own

_ID = """(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7' || substr({mixed}, 1, 3) || '8'
          || substr({mixed}, 4, 15))::uuid"""


def visits_of(who: str) -> str:
    """The statement that writes the visits of whoever a query names: number, began, customer."""
    drawn = {name: _DRAWN.format(what="number", name=name) for name in ("chance", "shy", "product")}
    drawn["product"] = f"floor({PRODUCTS} * {drawn['product']} ^ 2)::int"
    begun = _ID.format(at="began", mixed="md5(number || 'visit')")
    return VISITS.format(who=who, id=_ID.format(at="at", mixed="mixed"), visit_id=begun, **drawn)


def fill(size: Size, *, say: Say) -> None:
    """Everything, from an empty database with its tables."""
    now = timezone.now()
    values: dict[str, Any] = {
        "customers": size.customers, "visits": size.visits, "now": now, "since": now - SPAN,
        "departments": DEPARTMENTS, "categories": CATEGORIES, "each": CATEGORIES // DEPARTMENTS, "brands": BRANDS,
        "products": PRODUCTS,
    }  # fmt: skip
    ensure_partitions(now, since=now - SPAN)
    execute(_SHELVES, values)
    in_parts(_CUSTOMERS, values, size.customers, "customers", say)
    customer = _DRAWN.format(what="number", name="customer")
    who = f"""
    SELECT number, %(since)s::timestamptz + number * (%(now)s::timestamptz - %(since)s) / %(visits)s AS began,
           1 + floor(%(customers)s * {customer} ^ 3)::bigint AS customer
    FROM generate_series(%(first)s, %(last)s) AS number
    """  # noqa: S608
    in_parts(visits_of(who), values, size.visits, "visits", say)
    settle()


def in_parts(statement: str, values: dict[str, Any], count: int, what: str, say: Say) -> None:
    """Some at a time, so that nobody waits for a sign of life."""
    step = max(1, count // PARTS)
    for first in range(1, count + 1, step):
        last = min(first + step - 1, count)
        execute(statement, values | {"first": first, "last": last})
        say(f"{what}: {last:,} of {count:,}")


def execute(statements: str, values: dict[str, Any]) -> None:
    """One after the other."""
    with connection.cursor() as cursor:
        for one in statements.split(";"):
            if one.strip():
                cursor.execute(one, {name: value for name, value in values.items() if f"%({name})s" in one})


def settle(tables: str = "") -> None:
    """What autovacuum would do within the hour; to all of them, if none is named."""
    connection.ensure_connection()
    if not connection.in_atomic_block:
        execute(f"VACUUM ANALYZE {tables}", {})
