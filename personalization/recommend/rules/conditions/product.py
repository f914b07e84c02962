"""Goods named one by one."""

from django import forms
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, numbers
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions


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
