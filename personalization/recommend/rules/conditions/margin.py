"""Goods by what they earn, where the shop says what that is."""

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values, number
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.condition import Condition, Surroundings, conditions


class MarginForm(forms.Form):
    """From which margin on."""

    least = forms.DecimalField(
        label=gettext_lazy("Margin of at least"),
        help_text=gettext_lazy("In the figures that the shop itself gives for a product's margin."),
    )


@conditions.register
class Margin(Condition):
    """The shop's own figure is so high."""

    name = "margin"
    label = gettext_lazy("goods with a certain margin")
    Form = MarginForm

    def holds(self, fact: Fact, values: Values, around: Surroundings) -> bool:
        """A product whose margin nobody knows is not meant."""
        least = number(values, "least")
        return least is not None and fact.margin is not None and fact.margin >= least

    def is_complete(self, values: Values) -> bool:
        """A figure is set."""
        return number(values, "least") is not None

    def describe(self, values: Values, names: Names = ASK) -> str:
        """In words."""
        return _("goods with a margin of %(n)s or more") % {"n": number_format(number(values, "least") or 0)}
