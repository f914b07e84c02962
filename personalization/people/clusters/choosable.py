"""The groups that an owner can pick, by the names of their segments."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.people.clusters.models import Cluster
from personalization.people.segments.models import Segment

ORIGIN = "cluster:"


@choosables.register
class Clusters(Choosable):
    """Those that the last run found."""

    name, label = "cluster", gettext_lazy("Add a group")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """As the owner calls them."""
        origins = [f"{ORIGIN}{one}" for one in keys]
        found = Segment.objects.filter(origin__in=origins) if origins else Segment.objects.none()
        return {int(origin.removeprefix(ORIGIN)): name for origin, name in found.values_list("origin", "name")}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """The largest first."""
        people = dict(Cluster.objects.filter(seen_at__isnull=False).order_by("-people").values_list("number", "people"))
        names = {number: name for number, name in self.names(people).items() if asked.casefold() in name.casefold()}
        told = {number: _("%(n)s people") % {"n": count} for number, count in people.items()}
        return [Found(number, names[number], told[number]) for number in people if number in names][:MOST]
