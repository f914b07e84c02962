"""Shoppers of one of the owner's segments: of several that hold somebody, the smallest, for it says the most."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.people.segments.models import Segment
from personalization.recommend.groupings.grouping import LEAST_SHOPPERS, Grouping, groupings

# Live segments hold nobody overnight: who is in one is decided on each visit.
_GROUPED = """
WITH held AS MATERIALIZED (
    SELECT profile.user_id, segment.id AS segment, segment.name, count(*) OVER (PARTITION BY segment.id) AS shoppers
    FROM personalization_membership AS member
    JOIN personalization_segment AS segment
         ON segment.id = member.segment_id AND segment.is_active AND NOT segment.is_live
    JOIN personalization_profile AS profile ON profile.person = member.person AND profile.user_id IS NOT NULL
    WHERE member.part = 0
), grouped AS MATERIALIZED (
    SELECT DISTINCT ON (user_id) user_id, segment::text AS key,
           jsonb_build_object('segment', segment, 'name', name) AS parts
    FROM held WHERE shoppers >= %(least_shoppers)s ORDER BY user_id, shoppers, segment
)
"""


@groupings.register
class OwnersSegment(Grouping):
    """The segments that the owner made, as they were counted last."""

    name, label = "segment", _("Segment")

    def assign(self, *, now: datetime) -> int:
        """By who is in them now."""
        return self.keep(_GROUPED, {"least_shoppers": LEAST_SHOPPERS}, now=now)

    def told(self, parts: Mapping[str, Any]) -> str:
        """By its name of today; of one that is gone, by its last."""
        name = Segment.objects.filter(pk=parts["segment"]).values_list("name", flat=True).first()
        return gettext("people in “%(name)s”") % {"name": name or parts["name"]}
