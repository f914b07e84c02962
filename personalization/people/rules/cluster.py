"""People whom the machine found to be alike."""

from datetime import datetime

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import ASK, Names
from personalization.chosen.stored import Values
from personalization.people.clusters.models import Cluster, ClusterMember
from personalization.people.rules.groups import LISTS
from personalization.people.rules.rule import Rule, rules


class ClusterForm(forms.Form):
    """Which group."""

    cluster = forms.TypedChoiceField(label=gettext_lazy("Group"), coerce=int, choices=list)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        found = Cluster.objects.all()
        self.fields["cluster"].choices = [(one.number, _told(one)) for one in found]  # type: ignore[attr-defined]


@rules.register
class InCluster(Rule):
    """One of the groups of people alike."""

    name, label, group = "cluster", gettext_lazy("is in a group of people alike"), LISTS
    Form = ClusterForm

    def condition(self, values: Values, *, now: datetime) -> Q:
        """By the last grouping."""
        return Q(person__in=ClusterMember.objects.filter(number=values["cluster"]).values("person"))

    def describe(self, values: Values, names: Names = ASK) -> str:
        """By its number: what sets it apart is said by its portrait."""
        return _("are in the group of people alike no. %(n)s") % {"n": values["cluster"]}


def _told(one: Cluster) -> str:
    return _("no. %(n)s (%(people)s people)") % {"n": one.number, "people": one.people}
