"""People whom the machine found to be alike."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.field import ChosenField
from personalization.chosen.stored import Values
from personalization.people.rules.groups import LISTS
from personalization.people.rules.rule import Rule, rules

KIND = "cluster"
_MEMBERS = "SELECT person FROM personalization_clustermember WHERE number = ANY(%s::bigint[])"


class ClusterForm(forms.Form):
    """Which groups."""

    clusters = ChosenField(KIND, label=gettext_lazy("Groups"))


@rules.register
class InCluster(Rule):
    """One of the groups of people alike."""

    name, label, group = KIND, gettext_lazy("are in a group of people alike"), LISTS
    Form = ClusterForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the last grouping."""
        return Q(person__in=RawSQL(_MEMBERS, [values["clusters"]]))  # noqa: S611 - words of our own

    def describe(self, values: Values, names: Names = ASK) -> str:
        """By the names of the groups."""
        return _("are alike, as in: %(groups)s") % {"groups": names.told(KIND, values["clusters"])}
