"""Which goods a rule is about: named ones, whole categories, brands; none chosen means any."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values

FIELDS = {"products": "product", "categories": "category", "brands": "brand"}


class GoodsForm(forms.Form):
    """Which goods: whatever is named in any of the three."""

    products = ChosenField("product", label=gettext_lazy("Products"), required=False)
    categories = ChosenField(
        "category", label=gettext_lazy("Categories"), required=False,
        help_text=gettext_lazy("With all that stands below them."),
    )  # fmt: skip
    brands = ChosenField(
        "brand", label=gettext_lazy("Brands"), required=False,
        help_text=gettext_lazy("Nothing in all three means any goods."),
    )  # fmt: skip


def has_goods(values: Values) -> bool:
    """Certain goods are meant, not any."""
    return any(values.get(name) for name in FIELDS)


def of_goods(values: Values) -> tuple[str, tuple[Any, ...]]:
    """As a condition on an event's `product_id`, with its parameters; empty for any goods."""
    parts, params = [], []
    if products := values.get("products"):
        parts.append("one.product_id = ANY(%s::bigint[])")
        params.append(list(products))
    if categories := values.get("categories"):
        parts.append(f"one.product_id IN ({_FACT} category_ids && %s::bigint[])")
        params.append(list(categories))
    if brands := values.get("brands"):
        parts.append(f"one.product_id IN ({_FACT} lower(brand) = ANY(%s::text[]))")
        params.append([brand.lower() for brand in brands])
    return (f"({' OR '.join(parts)})" if parts else "", tuple(params))


# The categories of a fact hold those above its own, so what stands below a chosen one is meant too.
_FACT = "SELECT product_id FROM personalization_productfact WHERE"


def goods_told(values: Values, names: Names) -> str:
    """The goods by name; empty for any."""
    products, categories, brands = (values.get(name) for name in FIELDS)
    parts = []
    if products:
        parts.append(names.told("product", products))
    if categories:
        parts.append(_("goods from %(categories)s") % {"categories": names.told("category", categories)})
    if brands:
        parts.append(_("goods of the brand %(brands)s") % {"brands": names.told("brand", brands)})
    return _(" or ").join(parts)
