"""How large a segment is beside the shop: its share of the people and of what they paid."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Sum

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Segment

# A segment's people are added up once for each time it was counted; the shop's own sums may be a little old.
KEEP_SECONDS, KEEP_SHOP_SECONDS = 24 * 3600, 300
_REVENUES = """
SELECT member.segment_id, coalesce(sum(profile.revenue), 0)
FROM personalization_membership AS member JOIN personalization_profile AS profile ON profile.person = member.person
WHERE member.segment_id = ANY(%s) AND member.part = 0 GROUP BY member.segment_id
"""


@dataclass(frozen=True)
class Whole:
    """Everybody the shop knows."""

    people: int
    revenue: Decimal

    def share_of_people(self, people: int | None) -> float | None:
        """In per cent; None where there is nothing to compare with."""
        return 100 * people / self.people if self.people and people is not None else None

    def share_of_revenue(self, revenue: Decimal | None) -> float | None:
        """In per cent."""
        return float(100 * revenue / self.revenue) if self.revenue and revenue is not None else None


def whole() -> Whole:
    """All profiles."""

    def added_up() -> tuple[int, Decimal]:
        sums = Profile.objects.aggregate(people=Count("person"), revenue=Sum("revenue"))
        return sums["people"], sums["revenue"] or Decimal(0)

    return Whole(*cache.get_or_set("personalization-all-people", added_up, KEEP_SHOP_SECONDS) or added_up())


def revenues(segments: Collection[Segment]) -> Mapping[int, Decimal]:
    """What the people of each of these paid: one query for all that were counted since it was last asked."""
    keys = {one.pk: f"personalization-segment-{one.pk}-{one.counted_at.timestamp()}" for one in segments
            if one.counted_at and one.size is not None}  # fmt: skip
    kept = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(_REVENUES, [missing])
            read = dict.fromkeys(missing, Decimal(0)) | dict(cursor.fetchall())
        fresh = {keys[pk]: revenue for pk, revenue in read.items()}
        cache.set_many(fresh, KEEP_SECONDS)
        kept |= fresh
    return {pk: kept[key] for pk, key in keys.items()}
