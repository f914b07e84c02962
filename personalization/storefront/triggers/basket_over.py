"""With a basket that comes to so much."""

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class OverForm(forms.Form):
    """How much."""

    amount = forms.DecimalField(
        label=_("The basket comes to at least"), initial=50, min_value=0, max_digits=10, decimal_places=2,
        help_text=_("In the shop's currency, before any offer."),
    )  # fmt: skip


@triggers.register
class BasketOver(Trigger):
    """There is much in it."""

    name, label, Form = "basket_over", _("with a basket over an amount"), OverForm
    sentence = _("with a basket of %(amount)s or more")
    amounts = ("amount",)

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """An empty basket comes to nothing."""
        return moment.basket_total is not None and moment.basket_total >= parameters["amount"]
