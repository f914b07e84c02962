"""How often they came, how long they have been away, and what they sent back."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.rules.deeds import Deeds, between
from personalization.people.rules.ends import (
    MOST_TIMES,
    EndsForm,
    TimesForm,
    WindowForm,
    amount_told,
    sentence,
    times_told,
    window_told,
)
from personalization.people.rules.groups import BEHAVIOUR, ORDERS
from personalization.people.rules.recency import AgoForm, ago, ago_told
from personalization.people.rules.rule import Rule, rules


class VisitsForm(WindowForm, TimesForm):
    """How often, and since when."""

    field_order = ["least", "most", "days"]


@rules.register
class Visits(Rule):
    """The number of visits."""

    name, label, group = "visits", gettext_lazy("came so many times"), BEHAVIOUR
    Form = VisitsForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile, or within a window by the log."""
        if not values["days"]:
            return between("visits", values)
        return Deeds(("visit_started",), has_payload=False).since(values, now=now).measured("count(*)", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How often, since when."""
        if values["most"] == 0:
            return sentence(_("did not come"), window_told(values))
        return sentence(_("came"), times_told(values), window_told(values))


@rules.register
class LastSeen(Rule):
    """The time since they were last here."""

    name, label, group = "last_seen", gettext_lazy("were here last so long ago"), BEHAVIOUR
    Form = AgoForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        return ago("last_seen_at", values, now=now)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How long ago."""
        return _("were last here %(when)s") % {"when": ago_told(values)}


class PiecesForm(EndsForm):
    """How many pieces."""

    least = forms.IntegerField(
        label=gettext_lazy("At least"), required=False, initial=1, min_value=0, max_value=MOST_TIMES,
        help_text=gettext_lazy("So many pieces or more; an empty end is open."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("At most"), required=False, min_value=0, max_value=MOST_TIMES,
        help_text=gettext_lazy("So many pieces or fewer."),
    )  # fmt: skip


@rules.register
class Returns(Rule):
    """Pieces sent back."""

    name, label, group = "returns", gettext_lazy("sent goods back"), ORDERS
    Form = PiecesForm
    counts_from_nought = True

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the profile."""
        return between("returns", values)

    def describe(self, values: Values, names: Names = ASK) -> str:
        """How many."""
        if values["most"] == 0:
            return _("sent nothing back")
        return _("sent back %(amount)s pieces") % {"amount": amount_told(values)}
