"""Shoppers of one of the owner's segments: of several that hold somebody, the smallest, for it says the most."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.people.segments.models import Segment
from personalization.recommend.groupings.grouping import LEAST_SHOPPERS, Grouping, groupings

# Live segments hold nobody overnight: who is in one is decided on each visit.
_ASSIGN = """
WITH held AS MATERIALIZED (
    SELECT profile.user_id, segment.id AS segment, segment.name, count(*) OVER (PARTITION BY segment.id) AS shoppers
    FROM personalization_membership AS member
    JOIN personalization_segment AS segment
         ON segment.id = member.segment_id AND segment.is_active AND NOT segment.is_live
    JOIN personalization_profile AS profile ON profile.person = member.person AND profile.user_id IS NOT NULL
    WHERE member.part = 0
), smallest AS MATERIALIZED (
    SELECT DISTINCT ON (user_id) user_id, segment, name
    FROM held WHERE shoppers >= %(least_shoppers)s ORDER BY user_id, shoppers, segment
), gone AS (
    DELETE FROM personalization_shoppergroup AS known WHERE grouping = %(grouping)s AND NOT EXISTS (
        SELECT FROM smallest WHERE smallest.user_id = known.user_id)
), written AS (
    INSERT INTO personalization_shoppergroup AS known (user_id, grouping, key, parts, grouped_at)
    SELECT user_id, %(grouping)s, segment::text, jsonb_build_object('segment', segment, 'name', name), %(now)s
    FROM smallest ORDER BY user_id
    ON CONFLICT (user_id, grouping) DO UPDATE SET
        key = excluded.key, parts = excluded.parts, grouped_at = excluded.grouped_at
    RETURNING 1
)
SELECT count(*) FROM written
"""


@groupings.register
class OwnersSegment(Grouping):
    """The segments that the owner made, as they were counted last."""

    name, label = "segment", _("Segment")

    @transaction.atomic
    def assign(self, *, now: datetime) -> int:
        """By who is in them now."""
        values: dict[str, Any] = {"grouping": self.name, "least_shoppers": LEAST_SHOPPERS, "now": now}
        with connection.cursor() as cursor:
            cursor.execute(_ASSIGN, values)
            return int(cursor.fetchone()[0])

    def told(self, parts: Mapping[str, Any]) -> str:
        """By its name of today; of one that is gone, by its last."""
        name = Segment.objects.filter(pk=parts["segment"]).values_list("name", flat=True).first()
        return gettext("people in “%(name)s”") % {"name": name or parts["name"]}
