"""What somebody may like or not about a product."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from oscar.core.loading import get_model

from personalization.conf import conf


@dataclass(frozen=True)
class Traits:
    """What somebody may like or not about a product: where it stands, who made it, in which sizes it comes."""

    category_ids: frozenset[int] = frozenset()
    brands: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()


def attribute_names(codes: Iterable[str]) -> dict[str, str]:
    """What the shop calls each of these attributes: one query."""
    attributes = get_model("catalogue", "ProductAttribute").objects.filter(code__in=[*codes])
    return dict(attributes.order_by("-pk").values_list("code", "name"))


def attribute_name(code: str) -> str:
    """What the shop calls this attribute; empty when no product has one."""
    attributes = get_model("catalogue", "ProductAttribute").objects.filter(code=code).exclude(code="")
    return attributes.values_list("name", flat=True).first() or ""


def brand_names(*, most: int) -> list[str]:
    """The brands of the shop by name, up to so many: one query; none where no attribute holds them."""
    return list(_brands().order_by("said").values_list("said", flat=True).distinct()[:most])


def brand_named(name: str) -> str:
    """The brand that is called so, as the shop writes it, whatever the case; empty if there is none: one query."""
    return _brands().filter(said__iexact=name.strip()).values_list("said", flat=True).first() or ""


def _brands() -> QuerySet[Any]:
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(
        attribute__code=conf.BRAND_ATTRIBUTE, attribute__code__gt=""
    )
    found: QuerySet[Any] = values.order_by().annotate(said=_said()).exclude(said="")
    return found


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


def sizes_of(product_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The sizes of these products or variants, each its own: one query."""
    values = (
        get_model("catalogue", "ProductAttributeValue")
        .objects.order_by()
        .filter(product__in=[*product_ids], attribute__code=conf.SIZE_ATTRIBUTE)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for product_id, size in values.values_list("product_id", _said()):
        if size:
            found[product_id].add(size)
    return {product_id: frozenset(sizes) for product_id, sizes in found.items()}


def _said() -> Coalesce:
    text, number = NullIf(F("value_text"), Value("")), Cast("value_integer", TextField())
    return Coalesce(text, F("value_option__option"), number, Value(""), output_field=TextField())


def _traits_told(wanted: set[int], asked: set[int]) -> QuerySet[Any, Any]:
    # A variant says its size, its parent the brand.
    values = get_model("catalogue", "ProductAttributeValue").objects.filter(
        Q(product__in=wanted) | Q(product__parent__in=wanted),
        attribute__code__in={conf.BRAND_ATTRIBUTE, conf.SIZE_ATTRIBUTE} - {""},
    )
    listed = Coalesce("product__parent_id", "product_id")
    told: QuerySet[Any, Any] = values.order_by().values_list("attribute__code", listed, _said())
    places = get_model("catalogue", "ProductCategory").objects.filter(product__in=wanted).order_by()
    tops = get_model("catalogue", "Category").objects.filter(pk__in=asked).order_by()
    if not asked:
        return told
    return told.union(
        places.values_list(Value("stands"), "product_id", "category__path"),
        tops.values_list(Value("asked"), "pk", "path"),
        all=True,
    )
