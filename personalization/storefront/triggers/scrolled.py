"""When so much of a page has been passed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class ScrollForm(forms.Form):
    """How far."""

    percent = forms.IntegerField(label=_("Per cent of the page"), initial=60, min_value=5, max_value=100)


@triggers.register
class Scrolled(Trigger):
    """They read on."""

    name, label, Form = "scrolled", _("when a page is scrolled"), ScrollForm
    sentence, waits_for, needs_browser = _("when %(percent)s %% of a page have been passed"), "scroll", True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """The share of the page."""
        return {"percent": parameters["percent"]}
