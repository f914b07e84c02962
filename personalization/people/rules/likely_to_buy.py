"""Who will order on this visit anyway, and need not be won by an offer."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.ends import number_told
from personalization.people.rules.rule import Visit, rules
from personalization.people.rules.this_visit import Live


class ChanceForm(forms.Form):
    """How likely."""

    over = forms.IntegerField(
        label=gettext_lazy("Chance of an order, over so many %"), initial=50, min_value=0, max_value=99,
        help_text=gettext_lazy(
            "As Predictions have learned it from earlier visits. As long as there is not enough data, nobody is meant."
        ),
    )  # fmt: skip


@rules.register
class LikelyToBuy(Live):
    """The chance of an order on this visit."""

    name, label = "likely_to_buy", gettext_lazy("are likely to buy anyway on this visit")
    Form = ChanceForm
    looks_at = ("chance",)

    def holds(self, values: Values, visit: Visit) -> bool:
        """Over that chance; nobody, where nobody can tell."""
        chance = visit.chance
        return chance is not None and 100 * chance > values["over"]

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How likely."""
        told = _("will order on this visit anyway, with a chance of over %(n)s %%")
        return told % {"n": number_told(values["over"])}
