"""When a script of the shop calls for it."""

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from personalization.storefront.triggers.trigger import Moment, Parameters, Trigger, triggers


class CallForm(forms.Form):
    """By which name."""

    call = forms.CharField(
        label=_("By which name"), initial="hello", max_length=32, validators=[validate_slug],
        help_text=_("Your developer writes personalization.popup(“hello”) where it is to come."),
    )  # fmt: skip


@triggers.register
class Called(Trigger):
    """`personalization.popup("name")`."""

    name, label, Form = "called", _("when a script of the shop calls for it"), CallForm
    sentence, waits_for, needs_browser = _("when a script of the shop calls “%(call)s”"), "call", True

    def told(self, moment: Moment, parameters: Parameters) -> dict[str, Any]:
        """The name."""
        return {"call": parameters["call"]}
