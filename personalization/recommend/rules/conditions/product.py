"""Goods named one by one."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization import shop
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, Values, conditions


class ProductsForm(forms.Form):
    """Which goods."""

    products = forms.JSONField(label=gettext_lazy("Products"), initial=list)


@conditions.register
class These(Condition):
    """Exactly these goods."""

    name = "product"
    label = gettext_lazy("certain products")
    Form = ProductsForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """It is named."""
        return fact.product_id in values.get("products", ())

    def describe(self, values: Values) -> str:
        """Their titles, or how many they are."""
        named = list(values.get("products", ()))
        if len(named) > 3:
            return ngettext("%(n)s product", "%(n)s products", len(named)) % {"n": len(named)}
        titles = shop.titles(named)
        return ", ".join(titles.get(one, f"#{one}") for one in named) or _("no products")
