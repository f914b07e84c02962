"""The one door to Oscar: product cards, price, stock, basket, orders and the catalogue.

Everything below the storefront speaks of product ids; the products themselves are loaded here, once, at the end.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import BigIntegerField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from oscar.core.loading import get_class, get_model

from personalization.conf import conf

# No browser keeps a longer cookie.
LONGEST_COOKIE = 4096
Models = Any  # Oscar's models can be replaced by the shop: their class is known at run time only.


@dataclass(frozen=True)
class Buying:
    """How this shopper buys: wraps the strategy of Oscar that decides price and stock."""

    strategy: Any

    def offer(self, product: Models) -> Any:
        """Oscar's PurchaseInfo if the product can be bought now, else None; of a parent, that of its cheapest variant.

        Oscar itself prices a parent by whichever variant comes first, sold out or not.
        """
        bought = product.get_public_children() if product.is_parent else [product]
        infos = [self.strategy.fetch_for_product(one) for one in bought]
        buyable = [info for info in infos if info.availability.is_available_to_buy and info.price.exists]
        return min(buyable, key=lambda info: info.price.excl_tax, default=None)


@dataclass(frozen=True)
class ProductCard:
    """A product that may be bought now, with all that a card shows."""

    id: int
    title: str
    url: str
    add_url: str
    picture: Any
    price: Decimal | None
    currency: str
    has_variants: bool
    low_stock: int | None
    was_price: Decimal | None = None
    reason: str = ""

    @property
    def is_from_price(self) -> bool:
        """The price is the lowest of several variants."""
        return self.has_variants


@dataclass(frozen=True)
class OrderLine:
    """A line of an order, of a product that the shop may list today or no longer."""

    id: int
    order_id: int
    placed_at: datetime
    status: str
    user_id: int | None
    product_id: int | None
    variant_id: int | None
    quantity: int
    value: Decimal


@dataclass(frozen=True)
class ListedProduct:
    """A product as the catalogue lists it: what learning may know of it."""

    id: int
    title: str
    category_id: int | None
    words: str


@dataclass(frozen=True)
class Traits:
    """What somebody may like or not about a product: where it stands, who made it, in which sizes it comes."""

    category_ids: frozenset[int] = frozenset()
    brands: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class FoundProduct:
    """A product that a search of the back-office has found."""

    id: int
    title: str
    upc: str


def buying(request: HttpRequest | None = None, *, user: Any = None) -> Buying:
    """The shopper's way to buy: from the request in hand, or of a user when there is none."""
    strategy = getattr(request, "strategy", None)
    return Buying(strategy or get_class("partner.strategy", "Selector")().strategy(request=request, user=user))


# --- products ---------------------------------------------------------------------------------------------------------


def cards(
    product_ids: Sequence[int], *, buying: Buying, titles_of: Iterable[int] = ()
) -> tuple[list[ProductCard], dict[int, str]]:
    """The cards of those products that may be bought now, in the given order, and the titles of some others.

    Two queries, however many products: listed products with their variants, and their stock records.
    """
    asked, named = list(dict.fromkeys(product_ids)), set(titles_of)
    if not asked and not named:
        return [], {}
    listed, variants = _load(asked, named)
    _attach_stock([*listed.values(), *(variant for family in variants.values() for variant in family)])
    for product in listed.values():
        # The name under which Oscar looks for variants at hand; a prefetched `children` it would not see.
        # Oscar prices a parent by its first variant, so the cheapest one makes "from" true.
        product._prefetched_public_children = sorted(variants.get(product.pk, []), key=_lowest_price)
    found = [_card(listed[one], buying) for one in asked if one in listed and listed[one].is_public]
    return [card for card in found if card is not None], {
        one: listed[one].get_title() for one in named if one in listed
    }


def _load(asked: list[int], named: set[int]) -> tuple[dict[int, Models], dict[int, list[Models]]]:
    product_model, image_model = get_model("catalogue", "Product"), get_model("catalogue", "ProductImage")
    picture = image_model.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")[:1]
    wanted = Q(pk__in={*asked, *named}, parent=None) | Q(parent__in=asked, is_public=True)
    listed: dict[int, Models] = {}
    variants: dict[int, list[Models]] = defaultdict(list)
    for product in (
        product_model.objects.filter(wanted).select_related("product_class").annotate(picture_name=Subquery(picture))
    ):
        if product.parent_id:
            variants[product.parent_id].append(product)
        else:
            listed[product.pk] = product
    for family, members in variants.items():
        for member in members:
            member.parent = listed[family]
    return listed, variants


def _attach_stock(products: list[Models]) -> None:
    records: dict[int, list[Models]] = defaultdict(list)
    for record in get_model("partner", "StockRecord").objects.filter(product__in=[product.pk for product in products]):
        records[record.product_id].append(record)
    for product in products:
        _prefetched(product, "stockrecords", records[product.pk])


def _lowest_price(product: Models) -> Decimal:
    prices = [record.price for record in product.stockrecords.all() if record.price is not None]
    return min(prices, default=Decimal("Infinity"))


def _prefetched(instance: Models, relation: str, rows: list[Any]) -> None:
    # What prefetch_related does, from rows at hand: one query fewer for each relation.
    queryset: QuerySet[Any] = getattr(instance, relation).get_queryset()
    queryset._result_cache = rows
    queryset._prefetch_done = True  # type: ignore[attr-defined]
    if not hasattr(instance, "_prefetched_objects_cache"):
        instance._prefetched_objects_cache = {}
    instance._prefetched_objects_cache[relation] = queryset


def _card(product: Models, buying: Buying) -> ProductCard | None:
    offer = buying.offer(product)
    if offer is None:
        return None
    left = None if product.is_parent else getattr(offer.availability, "num_available", None)
    image_field = get_model("catalogue", "ProductImage")(original=product.picture_name or "").original
    return ProductCard(
        id=product.pk,
        title=product.get_title(),
        url=product.get_absolute_url(),
        add_url=reverse("basket:add", kwargs={"pk": product.pk}),
        picture=image_field if product.picture_name else None,
        price=offer.price.incl_tax if offer.price.is_tax_known else offer.price.excl_tax,
        currency=offer.price.currency,
        has_variants=product.is_parent,
        low_stock=left if left is not None and 0 < left <= conf.LOW_STOCK else None,
    )


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
    words = words.strip()
    if not words:
        return []
    matching = Q(title__icontains=words) | Q(upc__istartswith=words) | Q(children__upc__istartswith=words)
    products = get_model("catalogue", "Product").objects.filter(matching, parent=None).order_by("title", "pk")
    rows = products.distinct().values_list("pk", "title", "upc")[:limit]
    return [FoundProduct(pk, title, upc or "") for pk, title, upc in rows]


def newest(*, limit: int, category_id: int | None = None) -> list[int]:
    """The newest listed products, of a category and all below it if one is given."""
    products = get_model("catalogue", "Product").objects.browsable()
    if category_id is not None:
        products = products.filter(categories__in=_branch(category_id)).distinct()
    return list(products.order_by("-date_created", "-pk").values_list("pk", flat=True)[:limit])


def catalogue() -> Iterator[ListedProduct]:
    """Every listed product with its deepest category and the words that describe it."""
    names = {category.pk: category for category in get_model("catalogue", "Category").objects.all()}
    paths = {category.path: category.name for category in names.values()}
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
        yield ListedProduct(product_id, title, category.pk if category else None, words)


def categories_of_products() -> Mapping[int, tuple[int, ...]]:
    """For each product every category that it stands in, those above included."""
    ids = dict(get_model("catalogue", "Category").objects.values_list("path", "pk"))
    steplen = get_model("catalogue", "Category").steplen
    found: dict[int, dict[int, None]] = defaultdict(dict)
    links = get_model("catalogue", "ProductCategory").objects.values_list("product_id", "category__path")
    for product_id, path in links.iterator():
        for end in range(steplen, len(path) + 1, steplen):
            found[product_id][ids[path[:end]]] = None
    return {product_id: tuple(above) for product_id, above in found.items()}


def departments() -> dict[int, str]:
    """The top of the public catalogue, in its order; where all of it hangs on one root, what hangs there."""
    rows = get_model("catalogue", "Category").objects.browsable().filter(depth__lte=2).order_by("path")
    found = list(rows.values_list("pk", "name", "depth"))
    roots = [row for row in found if row[2] == 1]
    tops = roots if len(roots) != 1 else [row for row in found if row[2] == 2] or roots
    return {pk: name for pk, name, _ in tops}


def attribute_name(code: str) -> str:
    """What the shop calls this attribute; empty when no product has one."""
    attributes = get_model("catalogue", "ProductAttribute").objects.filter(code=code).exclude(code="")
    return attributes.values_list("name", flat=True).first() or ""


def traits(product_ids: Iterable[int], *, category_ids: Iterable[int] = ()) -> dict[int, Traits]:
    """The traits of these products, their place among these categories and all below: one query for everything."""
    wanted, asked = set(product_ids), set(category_ids)
    if not wanted:
        return {}
    parts: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for part, number, words in _traits_told(wanted, asked):
        parts[part][number].add(words)
    tops = {top: pk for pk, paths in parts["asked"].items() for top in paths}
    return {
        one: Traits(
            frozenset(pk for path in parts["stands"][one] for top, pk in tops.items() if path.startswith(top)),
            frozenset(parts[conf.BRAND_ATTRIBUTE][one]),
            frozenset(parts[conf.SIZE_ATTRIBUTE][one]),
        )
        for one in wanted
    }


def _traits_told(wanted: set[int], asked: set[int]) -> QuerySet[Any, Any]:
    # A variant says its size, its parent the brand.
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(
        Q(product__in=wanted) | Q(product__parent__in=wanted),
        attribute__code__in={conf.BRAND_ATTRIBUTE, conf.SIZE_ATTRIBUTE} - {""},
    )
    text, number = NullIf(F("value_text"), Value("")), Cast("value_integer", TextField())
    said = Coalesce(text, F("value_option__option"), number, Value(""), output_field=TextField())
    listed = Coalesce("product__parent_id", "product_id")
    told: QuerySet[Any, Any] = values.order_by().values_list("attribute__code", listed, said)
    places = get_model("catalogue", "ProductCategory").objects.filter(product__in=wanted).order_by()
    tops = get_model("catalogue", "Category").objects.filter(pk__in=asked).order_by()
    if not asked:
        return told
    return told.union(
        places.values_list(Value("stands"), "product_id", "category__path"),
        tops.values_list(Value("asked"), "pk", "path"),
        all=True,
    )


def _names(category: Models | None, paths: Mapping[str, str]) -> list[str]:
    if category is None:
        return []
    return [paths[category.path[:end]] for end in range(category.steplen, len(category.path) + 1, category.steplen)]


def _branch(category_id: int) -> QuerySet[Any]:
    categories = get_model("catalogue", "Category").objects
    path = categories.filter(pk=category_id).values("path")[:1]
    return categories.filter(path__startswith=Subquery(path)).values("pk")  # type: ignore[no-any-return]


# --- the basket -------------------------------------------------------------------------------------------------------


def basket_product_ids(request: HttpRequest) -> tuple[int, ...]:
    """The listed products in the open basket, by one query; Oscar's own `request.basket` would cost many more."""
    lines = get_model("basket", "Line").objects.filter(basket__status="Open")
    mine = _my_basket(request)
    if mine is None:
        return ()
    pairs = lines.filter(mine).order_by("-pk").values_list("product_id", "product__parent_id")
    return tuple(dict.fromkeys(parent or product for product, parent in pairs))


def _my_basket(request: HttpRequest) -> Q | None:
    from_cookie = _cookie_basket(request)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        owned = Q(basket__owner=user)
        # Right after a login the cookie's basket is not merged yet.
        return owned | Q(basket=from_cookie, basket__owner=None) if from_cookie else owned
    return Q(basket=from_cookie, basket__owner=None) if from_cookie else None


def _cookie_basket(request: HttpRequest) -> int | None:
    try:
        name: str = settings.OSCAR_BASKET_COOKIE_OPEN  # type: ignore[misc]
        return int(Signer().unsign(request.COOKIES.get(name, "")))
    except (BadSignature, ValueError):
        return None


# --- what the browser itself remembers --------------------------------------------------------------------------------


def viewed_product_ids(request: HttpRequest) -> tuple[int, ...]:
    """The products in Oscar's own cookie of what was looked at, newest first; no query, and nothing but ids."""
    name: str = settings.OSCAR_RECENTLY_VIEWED_COOKIE_NAME  # type: ignore[misc]
    try:
        told = json.loads(request.COOKIES.get(name, "")[:LONGEST_COOKIE])
    except (ValueError, RecursionError):
        return ()
    # The browser may send anything: only what can be an id is one.
    ids = [one for one in told if type(one) is int and 0 < one < 2**63] if isinstance(told, list) else []
    return tuple(dict.fromkeys(reversed(ids)))


def forget_viewed(response: HttpResponseBase) -> None:
    """Takes back the cookie of viewed products. Oscar means to at logout, but its default setting names another one."""
    response.delete_cookie(settings.OSCAR_RECENTLY_VIEWED_COOKIE_NAME)  # type: ignore[misc]


# --- orders -----------------------------------------------------------------------------------------------------------


def first_order_at() -> datetime | None:
    """When the shop took its first order."""
    return get_model("order", "Order").objects.aggregate(first=Min("date_placed"))["first"]  # type: ignore[no-any-return]


def order_lines(
    *, order_ids: Sequence[int] | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[OrderLine]:
    """Order lines of some orders, or of the orders placed in [since, until)."""
    lines = get_model("order", "Line").objects.order_by("pk")
    if order_ids is not None:
        lines = lines.filter(order__in=order_ids)
    if since is not None:
        lines = lines.filter(order__date_placed__gte=since)
    if until is not None:
        lines = lines.filter(order__date_placed__lt=until)
    rows = lines.values_list(
        "pk", "order_id", "order__date_placed", "order__status", "order__user_id",
        "product_id", "product__parent_id", "quantity", "line_price_incl_tax",
    )  # fmt: skip
    for pk, order_id, placed_at, status, user_id, product_id, parent_id, quantity, value in rows.iterator(
        chunk_size=5000
    ):
        variant_id = product_id if parent_id else None
        yield OrderLine(pk, order_id, placed_at, status, user_id, parent_id or product_id, variant_id, quantity, value)


def count_order_lines(*, since: datetime, until: datetime, without: Iterable[str]) -> int:
    """How many lines the orders placed in [since, until) have; orders in some statuses are left out."""
    lines = get_model("order", "Line").objects.filter(order__date_placed__gte=since, order__date_placed__lt=until)
    return lines.exclude(order__status__in=list(without)).count()  # type: ignore[no-any-return]


# --- for the back-office ----------------------------------------------------------------------------------------------


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


# --- bringing history along -------------------------------------------------------------------------------------------

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
