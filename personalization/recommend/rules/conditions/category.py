"""Goods of a part of the catalogue: chosen by the owner, or the same one as that of the page's product."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization import shop
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, Values, conditions


class CategoriesForm(forms.Form):
    """Which parts of the catalogue."""

    categories = forms.JSONField(label=gettext_lazy("Categories"), initial=list)


@conditions.register
class InCategories(Condition):
    """In one of these categories or below."""

    name = "category"
    label = gettext_lazy("goods of certain categories")
    Form = CategoriesForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """It stands in one of them, or in one below."""
        return not set(fact.category_ids).isdisjoint(values.get("categories", ()))

    def describe(self, values: Values) -> str:
        """The names of the categories."""
        names = shop.category_names(values.get("categories", ()))
        told = ", ".join(names.get(one, f"#{one}") for one in values.get("categories", ()))
        return _("goods from %(categories)s") % {"categories": told or "-"}


class Level(TextChoices):
    """How near two goods have to stand."""

    LEAF = "leaf", gettext_lazy("the very same category")
    TOP = "top", gettext_lazy("the same department")


class SameForm(forms.Form):
    """How near."""

    level = forms.ChoiceField(label=gettext_lazy("How near"), choices=Level.choices, initial=Level.LEAF)


@conditions.register
class SameCategory(Condition):
    """In the category of the product that the page is about. "Never" with it means: only other categories."""

    name = "same_category"
    label = gettext_lazy("goods of the same category as the page's product")
    needs = ("product",)
    Form = SameForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Both stand in the same category, or in the same department."""
        if around.anchor is None or not around.anchor.category_ids or not fact.category_ids:
            return False
        if values.get("level") == Level.TOP:
            return fact.category_ids[-1] == around.anchor.category_ids[-1]
        return fact.category_id == around.anchor.category_id

    def describe(self, values: Values) -> str:
        """How near."""
        if values.get("level") == Level.TOP:
            return _("goods of the same department as the product of the page")
        return _("goods of the same category as the product of the page")
