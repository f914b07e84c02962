"""Every listed product as facts need it: where it stands, what is said of it, and what it costs a stranger.

Read in chunks of ids, in five queries each, however many variants and attributes there are.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.html import strip_tags
from oscar.core.loading import get_model

from personalization.shop.buying import Buying, Models, shown_price
from personalization.shop.loaded import LONG
from personalization.shop.stock import attach

logger = logging.getLogger("personalization")

# A fact is narrow: whole texts stay in the catalogue.
MOST_LETTERS, MOST_VALUES = 200, 50
_KINDS = ("text", "integer", "float", "boolean", "richtext", "date", "datetime")


@dataclass(frozen=True, slots=True)
class Good:
    """A listed product with its variants, at one moment."""

    id: int
    # The deepest first, then those above it, then its other places.
    category_ids: tuple[int, ...]
    # By code; more than one value where variants differ.
    attributes: Mapping[str, tuple[str, ...]]
    price: Decimal | None
    currency: str
    is_buyable: bool
    # Pieces that can be bought; None where the shop does not count them.
    left: int | None
    listed_at: datetime


def listed_after(product_id: int, *, limit: int) -> list[int]:
    """The next listed products, in the order of their ids."""
    products = get_model("catalogue", "Product").objects.browsable().filter(pk__gt=product_id).order_by("pk")
    return list(products.values_list("pk", flat=True)[:limit])


def listed_among(product_ids: Collection[int]) -> list[int]:
    """Those of these products that the shop lists now, in the order of their ids."""
    products = get_model("catalogue", "Product").objects.browsable().filter(pk__in=product_ids)
    return list(products.order_by("pk").values_list("pk", flat=True))


def changed_since(moment: datetime) -> set[int]:
    """Listed products, of a variant its parent, that Oscar says were saved since, or whose stock an order moved.

    Orders set stock aside without a date on it. What changed without any date, attributes or a whole price list at
    once, is not here.
    """
    products, records, lines = (
        get_model(*one).objects.order_by()
        for one in (("catalogue", "Product"), ("partner", "StockRecord"), ("order", "Line"))
    )
    # Four questions, each with an index: joined by "or", all order lines would be read.
    asked = [
        products.filter(date_updated__gte=moment).values_list(Coalesce("parent_id", "pk"), flat=True),
        _listed_of(records.filter(date_updated__gte=moment)),
        _listed_of(lines.filter(order__date_placed__gte=moment)),
        _listed_of(lines.filter(order__status_changes__date_created__gte=moment)),
    ]
    return {one for rows in asked for one in rows.distinct().iterator() if one}


def _listed_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.values_list(Coalesce("product__parent_id", "product_id"), flat=True)


def count_listed_but(known: QuerySet[Any], *, until: datetime) -> int:
    """How many products that were listed before that moment are not among the rows known by the same id."""
    products = get_model("catalogue", "Product").objects.browsable().filter(date_created__lt=until)
    return products.filter(~Exists(known.filter(pk=OuterRef("pk")))).count()  # type: ignore[no-any-return]


def branches() -> dict[int, tuple[int, ...]]:
    """Of each category itself and all above it, upwards: one query."""
    model = get_model("catalogue", "Category")
    ids = dict(model.objects.order_by().values_list("path", "pk"))
    step = model.steplen
    return {
        pk: tuple(ids[path[:end]] for end in range(len(path), 0, -step) if path[:end] in ids)
        for path, pk in ids.items()
    }


def goods(product_ids: Collection[int], *, buying: Buying, branches: Mapping[int, tuple[int, ...]]) -> list[Good]:
    """These products, as far as the shop lists them; one that the shop's own strategy fails on is logged and left out.

    Five queries, however many they are.
    """
    listed, variants = _load(product_ids)
    attach(listed, variants)
    places, told = _places(listed, branches), _attributes(listed, variants)
    found, failed = [], []
    for pk, product in listed.items():
        try:
            found.append(_good(product, buying, places.get(pk, ()), told.get(pk, {})))
        except Exception:  # the shop's strategy may do anything, and the other goods still need their facts
            failed.append(pk)
            if len(failed) == 1:
                logger.exception("The shop's strategy gives no price for the product %s", pk)
    if len(failed) > 1:
        logger.error("The shop's strategy gives no price for %s more products: %s", len(failed) - 1, failed[1:10])
    return found


def _load(product_ids: Collection[int]) -> tuple[dict[int, Models], dict[int, list[Models]]]:
    wanted = Q(pk__in=product_ids, parent=None) | Q(parent__in=product_ids)
    products = get_model("catalogue", "Product").objects.filter(wanted, is_public=True).order_by("pk")
    listed: dict[int, Models] = {}
    variants: dict[int, list[Models]] = defaultdict(list)
    # There are few of them: each once, not once for each product.
    classes = get_model("catalogue", "ProductClass").objects.in_bulk()
    for product in products.defer(*LONG):
        product.product_class = classes.get(product.product_class_id)
        if product.parent_id:
            variants[product.parent_id].append(product)
        else:
            listed[product.pk] = product
    return listed, {pk: family for pk, family in variants.items() if pk in listed}


def _good(product: Models, buying: Buying, places: tuple[int, ...], told: Mapping[str, tuple[str, ...]]) -> Good:
    priced = buying.priced(product)
    buyable = [info for info in priced if info.availability.is_available_to_buy]
    cheapest = min(buyable or priced, key=lambda info: info.price.excl_tax, default=None)
    counted = [info.availability.num_available for info in buyable if hasattr(info.availability, "num_available")]
    return Good(
        id=product.pk,
        category_ids=places,
        attributes=told,
        price=shown_price(cheapest) if cheapest else None,
        currency=(cheapest.price.currency or "") if cheapest else "",
        is_buyable=bool(buyable),
        left=sum(counted) if len(counted) == len(buyable) else None,
        listed_at=product.date_created,
    )


def _places(products: Iterable[int], branches: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    links = get_model("catalogue", "ProductCategory").objects.filter(product__in=list(products)).order_by("pk")
    lines: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for product_id, category_id in links.values_list("product_id", "category_id"):
        lines[product_id].append(branches.get(category_id, (category_id,)))
    # Of two places equally deep, the one that the shop gave it first.
    return {
        pk: tuple(dict.fromkeys(one for line in sorted(found, key=len, reverse=True) for one in line))
        for pk, found in lines.items()
    }


def _attributes(
    listed: Mapping[int, Models], variants: Mapping[int, list[Models]]
) -> dict[int, dict[str, tuple[str, ...]]]:
    family = {one.pk: pk for pk, members in variants.items() for one in members} | {pk: pk for pk in listed}
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(product__in=list(family))
    told: dict[int, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    # What the product itself says comes before what its variants say.
    rows = values.order_by(F("product__parent_id").asc(nulls_first=True), "product_id", "attribute__code").values_list(
        "product_id", "attribute__code", "attribute__type", "value_option__option", "value_multi_option__option",
        *(f"value_{kind}" for kind in _KINDS),
    )  # fmt: skip
    for product_id, code, kind, option, one_of_many, *plain in rows:
        own = {"option": option, "multi_option": one_of_many} | dict(zip(_KINDS, plain, strict=True))
        text = _text(own.get(kind))
        of_it = told[family[product_id]]
        if text and (code in of_it or len(of_it) < MOST_VALUES) and len(of_it[code]) < MOST_VALUES:
            of_it[code][text] = None
    return {pk: {code: tuple(texts) for code, texts in of_it.items()} for pk, of_it in told.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    text = str(value)
    return " ".join((strip_tags(text) if "<" in text else text).split())[:MOST_LETTERS]
