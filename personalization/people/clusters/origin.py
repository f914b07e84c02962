"""What the page of a group says of how it was found: by what, and why there are so many."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personalization.people.clusters.models import Cluster
from personalization.people.clusters.name import name_of
from personalization.people.segments.origins import Origin, Origins, origins


@origins.register
class OfClusters(Origins):
    """Groups of people alike."""

    name, label = "cluster", gettext_lazy("Group of people alike")

    def told(self, number: str) -> Origin | None:
        """By the facts that the job kept of it."""
        found = Cluster.objects.filter(number=int(number)).first() if number.isdecimal() and len(number) < 5 else None
        if found is None:
            return None
        words = [
            _("Found by itself: people who are alike in how they buy and in what they like, looked for each night.")
        ]
        if name := name_of(found.facts):
            # The segment keeps the name that it was given; this one is in the reader's language.
            words.append(_("What sets them apart: %(name)s.") % {"name": name})
        if found.seen_at is None:
            return Origin(" ".join([*words, _("The last search found no such group any more.")]))
        tried = {int(count): score for count, score in found.facts.get("silhouettes", {}).items()}
        now = Cluster.objects.filter(seen_at__isnull=False).count()
        if not tried:
            return Origin(" ".join(words))
        why = _(
            "There are %(n)s groups: of all numbers tried, the one with the largest mean silhouette, which says from -1"
            " to 1 how much closer people are to their own group than to the next one. A number once taken stays until"
            " another is a tenth better."
        )
        return Origin(
            told=" ".join([*words, why % {"n": now}]),
            title=_("The numbers of groups that were tried"),
            head=(_("groups"), _("mean silhouette")),
            rows=tuple((str(count), number_format(round(tried[count], 3), 3)) for count in sorted(tried)),
        )
