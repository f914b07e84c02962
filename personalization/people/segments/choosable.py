"""The segments that an owner can pick."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from personalization.chosen.choosable import MOST, Choosable, Found, Key, choosables
from personalization.jobs.back_office import number_told
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
        return [Found(one.pk, one.name, _more(one)) for one in found[:MOST]]


def _more(segment: Segment) -> str:
    """How many people that is, as far as it is known beforehand."""
    if not segment.is_active:
        return _("put away")
    if segment.is_live:
        return _("at each visit")
    if segment.size is None:
        return ""
    return ngettext("%(n)s person", "%(n)s people", segment.size) % {"n": number_told(segment.size)}
