"""With a basket that is just short of an amount."""

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class UnderForm(forms.Form):
    """Short of what, and by how much at most."""

    amount = forms.DecimalField(
        label=_("The amount"), initial=50, min_value=0, max_digits=10, decimal_places=2,
        help_text=_("For example from which on delivery is free."),
    )  # fmt: skip
    within = forms.DecimalField(
        label=_("It lacks at most"), initial=15, min_value=0, max_digits=10, decimal_places=2
    )  # fmt: skip


@triggers.register
class BasketUnder(Trigger):
    """A little more would do."""

    name, label, Form = "basket_under", _("with a basket just under an amount"), UnderForm
    sentence = _("with a basket that lacks at most %(within)s to %(amount)s")
    amounts = ("amount", "within")

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """An empty basket lacks more than a little."""
        if moment.basket_total is None:
            return False
        amount = parameters["amount"]
        return bool(amount - parameters["within"] <= moment.basket_total < amount)
