"""Goods that are cheaper than they were."""

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values, number
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions

LEAST = 10
ROUNDING = 1e-9


class DiscountForm(forms.Form):
    """By how much."""

    least = forms.IntegerField(
        label=gettext_lazy("Cheaper by at least, in %"), initial=LEAST, min_value=1, max_value=99,
        help_text=gettext_lazy("Than their dearest price of the last thirty days."),
    )  # fmt: skip


@conditions.register
class Discount(Condition):
    """By so much cheaper than within thirty days.

    Not looked at again with the price of the card: who pays less for everything is not offered a discount by that.
    """

    name = "discount"
    label = gettext_lazy("goods whose price went down")
    Form = DiscountForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """At least by so many per cent."""
        return 100 * fact.discount + ROUNDING >= (number(values, "least") or LEAST)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        return _("goods cheaper by %(n)s %% or more than lately") % {
            "n": number_format(number(values, "least") or LEAST, 0)
        }
