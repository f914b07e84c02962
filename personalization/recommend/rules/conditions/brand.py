"""Goods of a brand: chosen by the owner, or that of the page's product."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, words
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions


class BrandsForm(forms.Form):
    """Which brands."""

    brands = ChosenField("brand", label=gettext_lazy("Brands"))


@conditions.register
class OfBrands(Condition):
    """Made by one of these."""

    name = "brand"
    label = gettext_lazy("goods of certain brands")
    Form = BrandsForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Its brand is named, however it is written."""
        brand = fact.brand.casefold()
        return bool(brand) and any(brand == one.casefold() for one in words(values, "brands"))

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The names of the brands."""
        return _("goods of the brand %(brands)s") % {"brands": names.told("brand", words(values, "brands"))}


@conditions.register
class SameBrand(Condition):
    """Of the brand of the product that the page is about."""

    name = "same_brand"
    label = gettext_lazy("goods of the same brand as the page's product")
    needs = ("product",)

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Both have the same brand."""
        return around.anchor is not None and bool(fact.brand) and fact.brand == around.anchor.brand

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        return _("goods of the same brand as the product of the page")
