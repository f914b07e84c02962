"""Who was in which segments at a moment that is past: as they are now, with each change since undone."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from personalization.people.rules.rule import Visit
from personalization.people.segments.live import Live
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.people.segments.parts import WHOLE

Parts = dict[int, frozenset[int]]


@dataclass(frozen=True)
class Past:
    """Of some people and some segments. Parts of live segments are told as they are now: nobody notes their changes."""

    live: Live = field(default_factory=Live)
    now: Mapping[uuid.UUID, Mapping[int, Collection[int]]] = field(default_factory=dict)
    # Oldest first: when, and whether it was an entry.
    changes: Mapping[tuple[uuid.UUID, int], list[tuple[datetime, bool]]] = field(default_factory=dict)
    segment_ids: tuple[int, ...] = ()

    def is_in(self, number: uuid.UUID | None, at: datetime, visit: Visit, segment_ids: Iterable[int]) -> bool:
        """Any of these held at that moment whoever has this number; nobody's number is in what only a visit decides."""
        parts = self._parts(number, at)
        return any(self.live.holds(one, parts, visit) for one in segment_ids)

    def _parts(self, number: uuid.UUID | None, at: datetime) -> Parts:
        if number is None:
            return {}
        mine = self.now.get(number, {})
        return {one: self._then(number, one, frozenset(mine.get(one, ())), at) for one in self.segment_ids}

    def _then(self, number: uuid.UUID, segment_id: int, parts: frozenset[int], at: datetime) -> frozenset[int]:
        after = next((entered for when, entered in self.changes.get((number, segment_id), ()) if when > at), None)
        if after is None:
            return parts
        return parts - {WHOLE} if after else parts | {WHOLE}


def live_segments() -> Live:
    """The live segments as they are counted now: one query."""
    rows = Segment.objects.filter(is_active=True, is_live=True).values_list("pk", "counted_tree")
    return Live(stored=dict(rows))


def past_of(numbers: Collection[uuid.UUID], segment_ids: Collection[int], *, since: datetime, live: Live) -> Past:
    """Of these people: two queries, none where no segment is asked about."""
    if not segment_ids or not numbers:
        return Past(live)
    about = {"segment_id__in": list(segment_ids), "person__in": list(numbers)}
    now: dict[uuid.UUID, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = Membership.objects.filter(segment__is_active=True, **about).values_list("person", "segment_id", "part")
    for person, segment_id, part in rows:
        now[person][segment_id].add(part)
    changes: dict[tuple[uuid.UUID, int], list[tuple[datetime, bool]]] = defaultdict(list)
    noted = MembershipChange.objects.filter(happened_at__gt=since, **about).order_by("happened_at", "pk")
    for person, segment_id, at, is_entry in noted.values_list("person", "segment_id", "happened_at", "is_entry"):
        changes[person, segment_id].append((at, is_entry))
    return Past(live, now, changes, tuple(segment_ids))
