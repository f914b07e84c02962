"""When somebody is about to leave."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class LeavingForm(forms.Form):
    """By which signs."""

    on_back = forms.BooleanField(
        label=_("Also by the back button of a phone"), initial=False, required=False,
        help_text=_("The first press then shows the pop-up, the second goes back. Off, the button is left alone."),
    )  # fmt: skip


@triggers.register
class Leaving(Trigger):
    """The mouse goes up and out; on a phone a quick way back up, or a look at another tab. Never a click on a link."""

    name, label, Form = "leaving", _("when somebody is about to leave"), LeavingForm
    sentence, waits_for, needs_browser = _("when somebody is about to leave"), "leaving", True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """Whether the back button counts."""
        return {"back": bool(parameters["on_back"])}
