"""Came into a segment while the offer is live."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.campaigns.offers.trigger import Trigger, triggers
from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import among

_ENTERED = """
SELECT person FROM personalization_membershipchange
WHERE segment_id = ANY(%s::bigint[]) AND is_entry AND happened_at >= %s AND happened_at <= %s
"""


class EnteredForm(forms.Form):
    """Which segments."""

    segments = ChosenField("segment", label=gettext_lazy("Segments"), help_text=gettext_lazy("Any of them will do."))


@triggers.register
class Entered(Trigger):
    """Not those who were in it before."""

    name, label = "entered", gettext_lazy("who come into a segment from now on")
    Form = EnteredForm
    is_of_the_moment = True

    def people(self, values: Values, *, since: datetime, now: datetime) -> Q | None:
        """By what is noted of members."""
        return among(_ENTERED, [list(values["segments"]), since, now])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Into which."""
        return _("as they come into %(segments)s") % {"segments": names.told("segment", values["segments"])}
