"""Which goods stand on a page and in what order, everything a card shows fetched in one go."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from oscar.core.loading import get_model

from personalization.recommend.tables import Tables

SORTS: dict[str, Promise] = {
    "popular": _("Popular first"),
    "price": _("Cheapest first"),
    "-price": _("Dearest first"),
    "new": _("Newest first"),
}


def goods() -> QuerySet[Any]:
    """All goods a shopper may see, with what their cards need."""
    products = get_model("catalogue", "Product").objects.browsable()
    options = get_model("catalogue", "Option").objects
    # Oscar's has_options asks these two questions of each product, unless the answers come with it.
    told: QuerySet[Any] = products.select_related("product_class").annotate(
        has_product_class_options=Exists(options.filter(productclass=OuterRef("product_class"))),
        has_product_options=Exists(options.filter(product=OuterRef("pk"))),
    )
    return told.prefetch_related(variants(), "stockrecords", "images")


def variants() -> "Prefetch[Any]":
    """The public variants of each product, cheapest first; without it each of them costs two queries of its own."""
    # Oscar prices a product with variants by the first of them, and the page says "from".
    children = get_model("catalogue", "Product").objects.public().annotate(cheapest=Min("stockrecords__price"))
    queryset = children.order_by("cheapest", "pk").prefetch_related("stockrecords")
    return Prefetch("children", queryset=queryset, to_attr="_prefetched_public_children")


def in_category(found: QuerySet[Any], *, path: str) -> QuerySet[Any]:
    """The goods of a category and of all below it; path is the category's place in the tree."""
    placements = get_model("catalogue", "ProductCategory").objects.filter(category__path__startswith=path)
    return found.filter(pk__in=placements.values("product_id"))


def in_given_order(found: QuerySet[Any], *, ids: list[int]) -> QuerySet[Any]:
    """The goods in the order of the ids, those that are not among them last."""
    ordered: QuerySet[Any] = found.annotate(place=place_among(ids)).order_by(F("place").asc(nulls_last=True), "-pk")
    return ordered


def in_order(found: QuerySet[Any], *, sort: str, category_id: int | None = None) -> QuerySet[Any]:
    """The goods sorted as the shopper asked; an unknown wish means popular first, in the category if one is given."""
    if sort == "new":
        return found.order_by("-date_created", "-pk")
    if sort not in ("price", "-price"):
        return in_given_order(found, ids=bestsellers(category_id))
    by = F("cheapest").asc(nulls_last=True) if sort == "price" else F("cheapest").desc(nulls_last=True)
    priced: QuerySet[Any] = found.annotate(cheapest=_cheapest_price()).order_by(by, "-pk")
    return priced


def bestsellers(category_id: int | None = None) -> list[int]:
    """What sells best, in a category if one is given."""
    return Tables().ranked(measure="units", period="month", category_id=category_id)


def place_among(ids: list[int]) -> models.Func:
    """The place of each product in the list; null for one that is not in it."""
    listed = Value(ids, output_field=ArrayField(models.BigIntegerField()))
    return models.Func(listed, F("pk"), function="array_position", output_field=models.IntegerField())


def _cheapest_price() -> Coalesce:
    # Two look-ups by index; asked as one with "or" they read all stock for every product.
    records = get_model("partner", "StockRecord").objects.filter(price__isnull=False).order_by("price").values("price")
    own, of_variants = records.filter(product=OuterRef("pk")), records.filter(product__parent=OuterRef("pk"))
    return Coalesce(Subquery(own[:1]), Subquery(of_variants[:1]))
