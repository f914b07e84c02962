"""Who is in another segment. One with rules about the visit is put in its place, to be right on each request."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import among
from personalization.people.rules.groups import LISTS
from personalization.people.rules.rule import Rule, rules

_MEMBERS = "SELECT person FROM personalization_membership WHERE segment_id = ANY(%s::bigint[]) AND part = 0"


class SegmentsForm(forms.Form):
    """Which segments."""

    segments = ChosenField("segment", label=gettext_lazy("Segments"), help_text=gettext_lazy("Any of them will do."))


@rules.register
class InSegment(Rule):
    """A member of any of these."""

    name, label, group = "segment", gettext_lazy("are in another segment"), LISTS
    Form = SegmentsForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the members of today."""
        return among(_MEMBERS, [list(values["segments"])])

    def describe(self, values: Values, names: Names = ASK) -> str:
        """Which."""
        return _("are in: %(segments)s") % {"segments": names.told("segment", values["segments"])}
