"""The goods that the shop lists."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from oscar.core.loading import get_model

from personalization.shop.buying import Models
from personalization.shop.prepared import Prepared


@dataclass(frozen=True)
class ListedProduct:
    """A product as the catalogue lists it: what learning may know of it."""

    id: int
    title: str
    category_id: int | None
    words: str
    aisle_id: int | None = None  # the category above its own


@dataclass(frozen=True)
class FoundProduct:
    """A product that a search of the back-office has found."""

    id: int
    title: str
    upc: str


def titles(product_ids: Iterable[int | None]) -> dict[int, str]:
    """The title of each of these products that the shop still has: one query."""
    wanted = {one for one in product_ids if one}
    products = get_model("catalogue", "Product").objects.filter(pk__in=wanted)
    return dict(products.values_list("pk", "title")) if wanted else {}


def listed_as(product_ids: Iterable[int]) -> dict[int, int]:
    """The listed product of each of these products that the shop still has, of a variant its parent: one query."""
    wanted = set(product_ids)
    products = get_model("catalogue", "Product").objects.filter(pk__in=wanted).values_list("pk", "parent_id")
    return {pk: parent or pk for pk, parent in products} if wanted else {}


def find_products(words: str, *, limit: int = 20) -> list[FoundProduct]:
    """Listed products whose title holds the words, or whose UPC begins with them."""
    words = words.replace("\0", "").strip()
    if not words:
        return []
    matching = Q(title__icontains=words) | Q(upc__istartswith=words) | Q(children__upc__istartswith=words)
    products = get_model("catalogue", "Product").objects.filter(matching, parent=None).order_by("title", "pk")
    rows = products.distinct().values_list("pk", "title", "upc")[:limit]
    return [FoundProduct(pk, title, upc or "") for pk, title, upc in rows]


def newest(*, limit: int, category_id: int | None = None) -> list[int]:
    """The newest listed products, of a category and all below it if one is given."""
    products = get_model("catalogue", "Product").objects.all()
    if category_id is None:
        return [pk for pk, *_ in _newest(limit).rows(products)]
    products = products.browsable().filter(categories__in=_branch(category_id)).distinct()
    return list(products.order_by("-date_created", "-pk").values_list("pk", flat=True)[:limit])


@cache
def _newest(limit: int) -> Prepared:
    return Prepared(lambda goods: goods.browsable().order_by("-date_created", "-pk").values_list("pk")[:limit])


def catalogue() -> Iterator[ListedProduct]:
    """Every listed product with its deepest category, the one above it and the words that describe it."""
    names = {category.pk: category for category in get_model("catalogue", "Category").objects.all()}
    paths = {category.path: category.name for category in names.values()}
    ids = {category.path: category.pk for category in names.values()}
    deepest: dict[int, Models] = {}
    links = get_model("catalogue", "ProductCategory").objects.values_list("product_id", "category_id").order_by("pk")
    for product_id, category_id in links.iterator():
        category = names[category_id]
        if product_id not in deepest or category.depth > deepest[product_id].depth:
            deepest[product_id] = category
    products = get_model("catalogue", "Product").objects.browsable().order_by("pk").values_list("pk", "title")
    for product_id, title in products.iterator():
        category = deepest.get(product_id)
        words = " ".join([title, *_names(category, paths)])
        above = ids.get(category.path[: -category.steplen]) if category else None
        yield ListedProduct(product_id, title, category.pk if category else None, words, above)


def _names(category: Models | None, paths: Mapping[str, str]) -> list[str]:
    if category is None:
        return []
    return [paths[category.path[:end]] for end in range(category.steplen, len(category.path) + 1, category.steplen)]


def _branch(category_id: int) -> QuerySet[Any]:
    categories = get_model("catalogue", "Category").objects
    path = categories.filter(pk=category_id).values("path")[:1]
    return categories.filter(path__startswith=Subquery(path)).values("pk")  # type: ignore[no-any-return]


def count_goods() -> dict[str, int]:
    """How many goods are listed, and how many of them lack a price, stock, a picture or a category: one query."""
    priced = get_model("partner", "StockRecord").objects.filter(price__isnull=False)
    in_stock = priced.filter(
        Q(product__product_class__track_stock=False)
        | Q(product__parent__product_class__track_stock=False)
        | Q(num_in_stock__gt=Coalesce(F("num_allocated"), 0))
    )
    listed = (
        get_model("catalogue", "Product")
        .objects.browsable()
        .annotate(
            has_price=_of_it_or_a_variant(priced),
            has_stock=_of_it_or_a_variant(in_stock),
            has_picture=Exists(get_model("catalogue", "ProductImage").objects.filter(product=OuterRef("pk"))),
            has_category=Exists(get_model("catalogue", "ProductCategory").objects.filter(product=OuterRef("pk"))),
        )
    )
    return listed.aggregate(  # type: ignore[no-any-return]
        listed=Count("pk"),
        without_price=Count("pk", filter=Q(has_price=False)),
        sold_out=Count("pk", filter=Q(has_price=True, has_stock=False)),
        without_picture=Count("pk", filter=Q(has_picture=False)),
        without_category=Count("pk", filter=Q(has_category=False)),
    )


def _of_it_or_a_variant(records: QuerySet[Any]) -> Q:
    # Two questions, each with an index: joined by "or" into one, every product would read all stock records.
    of_it, of_a_variant = (Exists(records.filter(**{to: OuterRef("pk")})) for to in ("product", "product__parent"))
    return of_it | of_a_variant
