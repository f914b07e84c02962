"""When a basket is left alone for a while on a visit that goes on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import CALM_SECONDS, Moment, Parameters, Trigger, triggers

MINUTE = 60


class LeftForm(forms.Form):
    """For how long."""

    minutes = forms.IntegerField(
        label=_("Minutes since something was last put in or taken out"), initial=10, min_value=1, max_value=120
    )  # fmt: skip


@triggers.register
class BasketLeft(Trigger):
    """There is something in it, and nothing happens to it."""

    name, label, Form = "basket_left", _("when a basket is left alone for a while"), LeftForm
    sentence = _("when a basket has been left alone for %(minutes)s minutes of a visit")
    needs_browser = True

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """A basket of another visit was not left on this one."""
        return moment.basket_total is not None and moment.basket_seconds is not None

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """What is left of the while."""
        left = parameters["minutes"] * MINUTE - int(moment.basket_seconds or 0)
        return {"seconds": max(left, CALM_SECONDS)}
