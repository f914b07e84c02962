"""Goods named one by one."""

from django import forms
from django.utils.translation import gettext_lazy

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.choosable import ASK, Names
from personalization.recommend.rules.condition import Condition, Surroundings, conditions
from personalization.recommend.rules.fields import ChosenField
from personalization.recommend.rules.stored import Values, numbers


class ProductsForm(forms.Form):
    """Which goods."""

    products = ChosenField("product", label=gettext_lazy("Products"))


@conditions.register
class These(Condition):
    """Exactly these goods."""

    name = "product"
    label = gettext_lazy("certain products")
    Form = ProductsForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """It is named."""
        return fact.product_id in numbers(values, "products")

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Their titles."""
        return names.told("product", numbers(values, "products"))
