"""After some time on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class TimeForm(forms.Form):
    """How long."""

    seconds = forms.IntegerField(
        label=_("Seconds on the page"), initial=20, min_value=3, max_value=3600,
        help_text=_("Only the time in which the page is really looked at counts."),
    )  # fmt: skip


@triggers.register
class TimeOnPage(Trigger):
    """They stay."""

    name, label, Form = "time_on_page", _("after some time on a page"), TimeForm
    sentence, needs_browser = _("after %(seconds)s seconds on a page"), True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """The seconds."""
        return {"seconds": parameters["seconds"]}
