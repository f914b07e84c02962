"""Certain goods, for people in certain segments: the same page is arranged in another way for them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values, numbers, words
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions


class SegmentForm(forms.Form):
    """Which people, and which goods."""

    segments = ChosenField(
        "segment", label=gettext_lazy("Only for people in"), help_text=gettext_lazy("Any of these segments will do.")
    )
    categories = ChosenField(
        "category", label=gettext_lazy("Categories"), required=False,
        help_text=gettext_lazy("With all below them. Neither categories nor brands: all goods."),
    )  # fmt: skip
    brands = ChosenField("brand", label=gettext_lazy("Brands"), required=False)


@conditions.register
class InSegment(Condition):
    """Goods, as far as the person before the page is in a segment."""

    name = "in_segment"
    label = gettext_lazy("goods, for people in certain segments")
    # Whoever is before the page decides, so it means nothing to the catalogue as a whole.
    needs = ("segment",)
    Form = SegmentForm

    def is_complete(self, values: Values) -> bool:
        """The people are chosen; of goods all may be meant."""
        return bool(numbers(values, "segments"))

    def is_for(self, values: Values, around: Surroundings) -> bool:
        """The person is in one of the segments; for all others the rule is not there."""
        return around.context.is_in(numbers(values, "segments"))

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """It is in one of the categories or of one of the brands."""
        categories, brands = numbers(values, "categories"), words(values, "brands")
        if not categories and not brands:
            return True
        brand = fact.brand.casefold()
        is_of_brand = bool(brand) and any(brand == one.casefold() for one in brands)
        return is_of_brand or not set(categories).isdisjoint(fact.category_ids)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which goods, for whom."""
        categories, brands = numbers(values, "categories"), words(values, "brands")
        told = {
            "segments": names.told("segment", numbers(values, "segments")),
            "categories": names.told("category", categories) if categories else "",
            "brands": names.told("brand", brands) if brands else "",
        }
        if categories and brands:
            return _("goods of %(categories)s or of the brand %(brands)s, for people in %(segments)s") % told
        if categories:
            return _("goods of %(categories)s, for people in %(segments)s") % told
        if brands:
            return _("goods of the brand %(brands)s, for people in %(segments)s") % told
        return _("all goods, for people in %(segments)s") % told
