"""When nothing moves any more."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class IdleForm(forms.Form):
    """For how long."""

    seconds = forms.IntegerField(label=_("Seconds without a sign"), initial=45, min_value=10, max_value=3600)


@triggers.register
class Inactive(Trigger):
    """No mouse, no key, no finger."""

    name, label, Form = "inactive", _("when nothing moves any more"), IdleForm
    sentence, waits_for, needs_browser = _("after %(seconds)s seconds without a sign"), "idle", True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """The seconds."""
        return {"seconds": parameters["seconds"]}
