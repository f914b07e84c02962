"""On the second visit, or a later one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class VisitForm(forms.Form):
    """From which visit on."""

    visit = forms.IntegerField(
        label=_("From which visit on"), initial=2, min_value=1, max_value=1000,
        help_text=_("2: whoever comes back. A visit ends after half an hour without a sign."),
    )  # fmt: skip


@triggers.register
class VisitNumber(Trigger):
    """They have been here before."""

    name, label, Form = "visit_number", _("on a visit of some number"), VisitForm
    sentence = _("from visit number %(visit)s on")

    def fires(self, moment: Moment, parameters: Parameters) -> bool:
        """Of whom it is not known which visit it is, it is not that one."""
        return bool(moment.visit >= parameters["visit"])
