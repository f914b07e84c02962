"""One look at some goods: what the shop says of them now, beside what was known, and what is to be written of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection

from personalization import shop
from personalization.conf import conf
from personalization.recommend.facts.fact import SEVERAL
from personalization.recommend.facts.margin import margins
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.facts.prices import dearest, rounded
from personalization.shop import Good

# What a look finds, with its type; price_place and usual_gap_days compare goods and are worked out elsewhere.
_COLUMNS = {
    "product_id": "bigint", "category_ids": "bigint[]", "brand": "text", "attributes": "jsonb", "price": "numeric",
    "currency": "text", "usual_price": "numeric", "is_buyable": "boolean", "left": "integer",
    "restocked_at": "timestamptz", "listed_at": "timestamptz", "margin": "float8", "looked_at": "timestamptz",
}  # fmt: skip
_FOUND = tuple(name for name in _COLUMNS if name not in ("product_id", "looked_at"))
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
# All rows in one value: as values of their own, a thousand rows cost more to quote than to write.
_UPSERT = f"""
INSERT INTO personalization_productfact ({_NAMES})
SELECT {_NAMES} FROM jsonb_to_recordset(%s::jsonb) AS told ({", ".join(f'"{one}" {_COLUMNS[one]}' for one in _COLUMNS)})
ON CONFLICT (product_id) DO UPDATE SET ({_NAMES}) = ({", ".join(f'excluded."{name}"' for name in _COLUMNS)})
"""  # noqa: S608 - names of ours
_SAME = "UPDATE personalization_productfact SET looked_at = %s WHERE product_id = ANY(%s) AND looked_at < %s"
# A row that says the same is written again only for the hour of the look, and at most so often.
_FRESH = timedelta(hours=1)
BRAND_LETTERS = 255


@dataclass
class Found:
    """What one look has to write."""

    rows: list[ProductFact] = field(default_factory=list)
    changes: list[PriceChange] = field(default_factory=list)
    # Of these nothing is new but the hour of the look.
    same: list[int] = field(default_factory=list)
    # Of these the old prices were in another currency.
    switched: list[int] = field(default_factory=list)


def look(
    product_ids: Sequence[int], *, buying: shop.Buying, branches: dict[int, tuple[int, ...]], now: datetime,
    since: datetime | None = None,
) -> Found:  # fmt: skip
    """Compares these goods with their rows. `since`: whatever else changed was seen by a look at that moment."""
    known = ProductFact.objects.in_bulk(product_ids)
    usual, told = dearest(product_ids, now=now), margins(product_ids)
    found = Found()
    for good in shop.goods(product_ids, buying=buying, branches=branches):
        row, before = _row(good, told.get(good.id), now), known.get(good.id)
        if before is not None:
            _compare(row, before, found, since=since)
        _judge_price(row, usual.get(good.id), found)
        if before is None or _differs(row, before):
            found.rows.append(row)
        elif since is None and now - before.looked_at > _FRESH:
            found.same.append(row.product_id)
    return found


def write(found: Found, *, now: datetime) -> None:
    """Puts it into the tables: at most four statements, none for what is not there."""
    if found.switched:
        PriceChange.objects.filter(product_id__in=found.switched).delete()
    PriceChange.objects.bulk_create(found.changes)
    with connection.cursor() as cursor:
        if found.rows:
            told = [{name: getattr(row, name) for name in _COLUMNS} for row in found.rows]
            cursor.execute(_UPSERT, [json.dumps(told, default=str)])
        if found.same:
            cursor.execute(_SAME, [now, found.same, now])


def _row(good: Good, margin: float | None, now: datetime) -> ProductFact:
    brand = good.attributes.get(conf.BRAND_ATTRIBUTE, ("",))[0]
    return ProductFact(
        product_id=good.id,
        category_ids=list(good.category_ids),
        brand=brand[:BRAND_LETTERS],
        attributes={code: SEVERAL.join(texts) for code, texts in good.attributes.items()},
        price=None if good.price is None else rounded(good.price),
        currency=good.currency,
        is_buyable=good.is_buyable,
        left=good.left,
        listed_at=good.listed_at,
        margin=margin,
        looked_at=now,
    )


def _compare(row: ProductFact, before: ProductFact, found: Found, *, since: datetime | None) -> None:
    """What only the look before can say: came back, became cheaper or dearer."""
    # Another pass may have looked after this one began.
    row.looked_at = max(row.looked_at, before.looked_at)
    row.restocked_at = row.looked_at if row.is_buyable and not before.is_buyable else before.restocked_at
    if row.currency and before.currency and row.currency != before.currency:
        found.switched.append(row.product_id)
    elif row.price is not None and before.price is not None and row.price != before.price:
        held = max(before.looked_at, since) if since else before.looked_at
        found.changes.append(
            PriceChange(
                product_id=row.product_id, before=before.price, price=row.price,
                held_until=min(held, row.looked_at), changed_at=row.looked_at,
            )
        )  # fmt: skip


def _judge_price(row: ProductFact, usual: Decimal | None, found: Found) -> None:
    """The dearest of thirty days, this very look included."""
    if row.price is None:
        return
    was = [change.before for change in found.changes[-1:] if change.product_id == row.product_id]
    if row.product_id not in found.switched[-1:] and usual is not None:
        was.append(usual)
    row.usual_price = max([row.price, *was])


def _differs(row: ProductFact, before: ProductFact) -> bool:
    return any(getattr(row, name) != getattr(before, name) for name in _FOUND)
