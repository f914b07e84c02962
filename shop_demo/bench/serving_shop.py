"""Fills a shop for the serving bench: Oscar's own rows, the tables of a published version, and histories.

Everything is made inside the database from numbers alone, so that a hundred thousand products and the nightly lists of
a million shoppers are there in minutes, and the same ones each time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from oscar.core.loading import get_model

from personalization.conf import conf
from personalization.events.partitions import ensure_partitions
from personalization.recommend.models import RankedList, TrainingRun
from personalization.recommend.periods import TREND
from personalization.recommend.versions import publish
from personalization.recommend.visit import STEPS

Say = Callable[[str], object]

PRODUCTS_OF_A_CATEGORY = 100
SPAN = timedelta(days=45)
EVENTS_OF_A_SHOPPER = 10
PICTURE, DRAWN = "images/products/bench.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
# Beside the 3rd product stand the 4th, the 12th, the 31st...: spread over the shop, the same for all.
STRIDE = 7919

# One text for all that needs numbers between 0 and 1 that are no accident of a run.
_DRAWN = "(('x' || substr(md5({what}::text), 1, 7))::bit(28)::int / 268435456.0)"

_CATALOGUE = """
INSERT INTO catalogue_category (path, depth, numchild, name, slug, description, long_description, exclude_from_menu,
                                is_public, ancestors_are_public)
SELECT upper(lpad(to_hex(number), 4, '0')), 1, 0, 'Category ' || number, 'category-' || number, '', '', false, true,
       true
FROM generate_series(1, %(categories)s) AS number;
INSERT INTO catalogue_product (structure, upc, title, slug, description, product_class_id, date_created, date_updated,
                               is_discountable, is_public, priority)
SELECT 'standalone', 'bench-' || number, 'Product number ' || number, 'product-' || number,
       repeat('All about it. ', 20), %(class)s, %(now)s::timestamptz - number * interval '1 minute', %(now)s, true,
       true, 0
FROM generate_series(1, %(products)s) AS number;
INSERT INTO catalogue_productcategory (product_id, category_id)
SELECT product.id, category.id
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM catalogue_product) AS product
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM catalogue_category) AS category
  ON category.number = product.number %% %(categories)s + 1;
INSERT INTO catalogue_productimage (product_id, original, caption, display_order, date_created)
SELECT id, %(picture)s, '', 0, %(now)s FROM catalogue_product;
INSERT INTO partner_stockrecord (partner_id, product_id, partner_sku, price_currency, price, num_in_stock,
                                 date_created, date_updated)
SELECT %(partner)s, id, upc, %(currency)s, round((5 + id %% 95)::numeric, 2),
       -- One product in twenty is sold out, and none because its neighbours are.
       CASE WHEN hashint8(id) %% 20 = 0 THEN 0 ELSE 50 END, %(now)s, %(now)s
FROM catalogue_product;
INSERT INTO personalization_productfact (product_id, category_ids, brand, attributes, price, currency, is_buyable,
                                         listed_at, looked_at, "left")
SELECT product.id, ARRAY[category_id], 'brand ' || product.id %% 200, '{{}}', record.price, record.price_currency,
       record.num_in_stock > 0, product.date_created, %(now)s, record.num_in_stock
FROM catalogue_product AS product JOIN catalogue_productcategory AS place ON place.product_id = product.id
JOIN partner_stockrecord AS record ON record.product_id = product.id;
"""

_NUMBERED = """
CREATE TEMPORARY TABLE numbered AS
SELECT id, (row_number() OVER (ORDER BY id) - 1)::integer AS place FROM catalogue_product;
CREATE UNIQUE INDEX ON numbered (place) INCLUDE (id);
ANALYZE numbered;
"""

_VERSION = """
INSERT INTO personalization_neighbourlist (run_id, relation, product_id, neighbour_ids, scores, supports)
SELECT %(run)s, relation, one.id, near.ids, near.scores, near.supports
FROM numbered AS one, unnest('{{similar,together,also,viewed}}'::text[]) WITH ORDINALITY AS of (relation, turn),
LATERAL (
    SELECT array_agg(other.id ORDER BY step) AS ids, array_agg(1.0::float8 / step ORDER BY step) AS scores,
           array_agg((200 / step)::int ORDER BY step) AS supports
    FROM generate_series(1, least(%(neighbours)s, %(products)s - 1)) AS step
    JOIN numbered AS other ON other.place = (one.place + step * {stride}::bigint * turn + step) %% %(products)s
    WHERE other.id <> one.id
) AS near;
-- How much each step back in a visit counts.
INSERT INTO personalization_neighbourlist (run_id, relation, product_id, neighbour_ids, scores, supports)
SELECT %(run)s, 'viewed', -1, array_agg(step ORDER BY step), array_agg(0.6 ^ step ORDER BY step),
       array_agg(0 ORDER BY step)
FROM generate_series(1, {steps}) AS step;
"""

_LISTS = """
INSERT INTO personalization_shopperlist (run_id, user_id, product_ids, scores, reasons, because_ids)
SELECT %(run)s, shopper, thought.ids, thought.scores, thought.reasons, thought.because
FROM generate_series(%(first)s, %(last)s) AS shopper, LATERAL (
    SELECT array_agg(one.id ORDER BY step) AS ids, array_agg(1.0::float8 / step ORDER BY step) AS scores,
           array_agg((1 + step %% 6)::smallint ORDER BY step) AS reasons,
           array_agg(one.id + 1 ORDER BY step) AS because
    FROM generate_series(1, least(%(candidates)s, %(products)s)) AS step
    JOIN numbered AS one ON one.place = (shopper + step * {stride}::bigint) %% %(products)s
) AS thought;
"""

_SHOPPERS = """
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                       date_joined)
SELECT number, '!', false, 'shopper ' || number, '', '', '', false, true, %(now)s
FROM generate_series(%(first)s, %(last)s) AS number;
INSERT INTO personalization_visitor (id, traffic, first_seen_at, last_seen_at, linked_at, user_id, visits)
SELECT md5('visitor' || number)::uuid, 'shopper', %(now)s, %(now)s, %(now)s, number, 1
FROM generate_series(%(first)s, %(last)s) AS number;
"""

# In the order of time, as a log grows.
_HISTORIES = """
INSERT INTO personalization_event (id, kind, happened_at, visitor_id, user_id, traffic, product_id, quantity, value,
                                   payload)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(mixed, 1, 3) || '8'
        || substr(mixed, 4, 15))::uuid,
       CASE WHEN chance < 0.8 THEN 'product_viewed' WHEN chance < 0.9 THEN 'basket_added' ELSE 'purchased' END,
       at, md5('visitor' || shopper)::uuid, shopper, 'shopper', numbered.id, 1, 9.5,
       CASE WHEN chance < 0.9 THEN '{{}}' ELSE jsonb_build_object('order', number) END
FROM (
    SELECT number, 1 + floor(%(shoppers)s * {shopper})::integer AS shopper, {chance} AS chance,
           floor(%(products)s * {product} ^ 2)::integer AS place, md5(number::text) AS mixed,
           %(since)s::timestamptz + number * (%(now)s::timestamptz - %(since)s::timestamptz) / %(events)s AS at
    FROM generate_series(%(first)s, %(last)s) AS number
) AS drawn JOIN numbered USING (place)
"""


@dataclass(frozen=True)
class Size:
    """How large the shop is."""

    products: int
    shoppers: int

    @property
    def events(self) -> int:
        """What its shoppers did of late."""
        return self.shoppers * EVENTS_OF_A_SHOPPER

    @property
    def categories(self) -> int:
        """Its departments."""
        return max(2, self.products // PRODUCTS_OF_A_CATEGORY)


def fill(size: Size, *, now: datetime, say: Say) -> None:
    """Everything, from an empty database with its tables."""
    product_class = get_model("catalogue", "ProductClass").objects.create(name="Goods", track_stock=True)
    partner = get_model("partner", "Partner").objects.create(name="Warehouse", code="bench")
    run = TrainingRun.objects.create(asked_at=now, asked_by="bench")
    _picture()
    values: dict[str, Any] = {
        "products": size.products, "categories": size.categories, "shoppers": size.shoppers, "events": size.events,
        "class": product_class.pk, "partner": partner.pk, "run": run.pk, "now": now, "since": now - SPAN,
        "currency": "EUR", "picture": PICTURE, "neighbours": conf.NEIGHBOURS, "candidates": conf.CANDIDATES,
    }  # fmt: skip
    say(f"{size.products:,} products")
    _execute(_CATALOGUE, values)
    _execute(_NUMBERED, values)
    say("their neighbours")
    _execute(_VERSION, values)
    _in_parts(_SHOPPERS, values, size.shoppers, "shoppers", say)
    _in_parts(_LISTS, values, size.shoppers, "nightly lists", say)
    ensure_partitions(now, since=now - SPAN)
    _in_parts(_HISTORIES, values, size.events, "events", say)
    _best_sellers(now)
    publish(run, now=now)
    _execute("DROP TABLE numbered", values)
    _settle()


def _in_parts(statement: str, values: dict[str, Any], count: int, what: str, say: Say) -> None:
    step = max(1, count // 10)
    for first in range(1, count + 1, step):
        last = min(first + step - 1, count)
        _execute(statement, values | {"first": first, "last": last})
        say(f"{what}: {last:,} of {count:,}")


def _execute(statement: str, values: dict[str, Any]) -> None:
    drawn = {name: _DRAWN.format(what=f"(number || '{name}')") for name in ("shopper", "chance", "product")}
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        for one in statement.format(stride=STRIDE, steps=STEPS, **drawn).split(";"):
            if one.strip():
                cursor.execute(one, {name: value for name, value in values.items() if f"%({name})s" in one} or None)


def _best_sellers(now: datetime) -> None:
    """One list of each measure that a block asks for, of the shop and of each category."""
    shelves: dict[int, list[int]] = {0: []}
    for product_id, category_id in (
        get_model("catalogue", "ProductCategory").objects.order_by("pk").values_list("product_id", "category_id")
    ):
        for one in (0, category_id):
            if len(shelves.setdefault(one, [])) < conf.LIST_LENGTH:
                shelves[one].append(product_id)
    RankedList.objects.bulk_create(
        RankedList(measure=measure, period=period, category_id=category_id, product_ids=ids,
                   scores=[float(len(ids) - place) for place in range(len(ids))], refreshed_at=now)
        for measure, period in (("units", "month"), (TREND, "week"))
        for category_id, ids in shelves.items()
    )  # fmt: skip


def _picture() -> None:
    if not default_storage.exists(PICTURE):
        default_storage.save(PICTURE, ContentFile(DRAWN))


def _settle() -> None:
    """What autovacuum would do within the hour: pages that everybody may see, and statistics."""
    connection.ensure_connection()
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
