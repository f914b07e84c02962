"""The segments that an owner can pick."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.people.segments.models import Segment


@choosables.register
class Segments(Choosable):
    """By their names."""

    name, label = "segment", gettext_lazy("Add a segment")

    def names(self, keys: Collection[Key]) -> Mapping[Key, str]:
        """Of those that are still there."""
        wanted = [one for one in keys if isinstance(one, int)]
        return dict(Segment.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}

    def find(self, asked: str, *, of: str = "") -> list[Found]:
        """Those whose name has the words in it."""
        found = Segment.objects.filter(name__icontains=asked.replace("\0", "")).order_by("name")
        return [Found(one.pk, one.name) for one in found[:MOST]]
