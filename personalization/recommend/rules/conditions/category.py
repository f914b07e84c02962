"""Goods of a part of the catalogue: chosen by the owner, or the same one as that of the page's product."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, numbers
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions


class CategoriesForm(forms.Form):
    """Which parts of the catalogue."""

    categories = ChosenField(
        "category", label=gettext_lazy("Categories"), help_text=gettext_lazy("With all that stands below them.")
    )


@conditions.register
class InCategories(Condition):
    """In one of these categories or below."""

    name = "category"
    label = gettext_lazy("goods of certain categories")
    Form = CategoriesForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """It stands in one of them, or in one below."""
        return not set(fact.category_ids).isdisjoint(numbers(values, "categories"))

    def describe(self, values: Values, names: Names = ASK) -> str:
        """The names of the categories."""
        return _("goods from %(categories)s") % {"categories": names.told("category", numbers(values, "categories"))}


@conditions.register
class SameCategory(Condition):
    """In the category of the product that the page is about. "Never" with it means: only other categories."""

    name = "same_category"
    label = gettext_lazy("goods of the same category as the page's product")
    needs = ("product",)

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Both stand deepest in the same one."""
        return around.anchor is not None and around.anchor.category_id is not None and (
            fact.category_id == around.anchor.category_id
        )  # fmt: skip

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        return _("goods of the same category as the product of the page")


@conditions.register
class SameDepartment(Condition):
    """In the department of the product that the page is about."""

    name = "same_department"
    label = gettext_lazy("goods of the same department as the page's product")
    needs = ("product", "departments")

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """Both stand below the same top of the catalogue."""
        of_page = around.departments.intersection(around.anchor.category_ids) if around.anchor else frozenset()
        return not of_page.isdisjoint(fact.category_ids)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        return _("goods of the same department as the product of the page")
