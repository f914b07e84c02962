"""Bringing history along: codes of goods, and what Oscar's own analytics noted."""

from typing import Any

from django.db.models import BigIntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from oscar.core.loading import get_model

from personalization.shop.buying import Models

# What a file may call a product by, in the order in which it is tried.
PRODUCT_CODES = ("upc", "sku", "id")


def product_codes(by: str) -> list[QuerySet[Any]]:
    """Every code of one sort, or of all in their order, as rows of code, product and the product's parent; lazy."""
    products = get_model("catalogue", "Product").objects.order_by()
    records = get_model("partner", "StockRecord").objects.order_by()
    found = {
        "upc": products.exclude(upc=None).values_list("upc", "pk", "parent_id"),
        "sku": records.values_list("partner_sku", "product_id", "product__parent_id"),
        "id": products.values_list(Cast("pk", TextField()), "pk", "parent_id"),
    }
    return [found[one] for one in PRODUCT_CODES if by in ("", one)]


def noted_views() -> QuerySet[Any] | None:
    """What Oscar's own analytics noted of looks at products, lazy: pk, moment, account, product, its parent, words.

    None where the shop does without these tables, as for `noted_searches`.
    """
    model = _analytics("UserProductView")
    return model and model.objects.order_by().values_list(
        "pk", "date_created", "user_id", "product_id", "product__parent_id", Value("")
    )


def noted_searches() -> QuerySet[Any] | None:
    """What Oscar's own analytics noted of searches, in the same columns; without a product."""
    model = _analytics("UserSearch")
    nothing = {name: Cast(Value(None), BigIntegerField()) for name in ("no_product", "no_parent")}
    return model and model.objects.order_by().annotate(**nothing).values_list(
        "pk", "date_created", "user_id", "no_product", "no_parent", "query"
    )


def _analytics(name: str) -> Models | None:
    try:
        return get_model("analytics", name)
    except LookupError:
        return None
