"""Which segments the person before the page is in: members by one query, live segments by what the visit says.

A stranger without a profile is a member of nothing yet; live segments take a stranger for one who did nothing so far.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import cached_property

from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.rules.rule import Visit
from personalization.people.segments.live import Live

# The first row says of which version the live segments are, and how they read if this process knows another one; the
# others, where the person is a member. One index answers those, and nothing else of a member is read.
_STANDING = """
SELECT NULL::bigint, NULL::smallint, clock.version, CASE WHEN clock.version IS DISTINCT FROM %s::uuid THEN (
    SELECT jsonb_object_agg(id, counted_tree)::text FROM personalization_segment WHERE is_active AND is_live) END
FROM (SELECT (SELECT version FROM personalization_segmentclock) AS version) AS clock
UNION ALL
SELECT member.segment_id, member.part, NULL, NULL
FROM personalization_membership AS member JOIN personalization_segment AS segment
     ON segment.id = member.segment_id AND segment.is_active
WHERE member.person = %s
"""
# None in a shop where no segment was ever live.
Version = UUID | None
# No version is called so: nothing was read yet.
UNREAD = UUID(int=0)


class _Kept:
    """What this process knows of live segments; read again only if it changed."""

    def __init__(self) -> None:
        self.live = Live()

    def at(self, version: Version, told: str | None, *, known: Live) -> Live:
        """Those of this version: the ones that were known when it was asked for, unless others were told."""
        if known.version == version:
            return known
        trees = {int(number): tree for number, tree in json.loads(told or "{}").items()}
        self.live = live = Live(version, trees)
        return live

    def forget(self) -> None:
        """The next request reads them."""
        self.live = Live()


kept = _Kept()


@dataclass(frozen=True)
class Standing:
    """Where one person stands during one request. Asks the database when it is first asked, once."""

    person: Person
    visit: Visit = field(default_factory=Visit)

    @classmethod
    def of(cls, person: Person, visit: Visit | None = None) -> "Standing":
        """Of this person on this visit; a stranger is in no segment but those that the visit alone decides."""
        return cls(person, visit or Visit())

    def holds(self, segment_id: int) -> bool:
        """The person is in this segment, now. May raise what the database raises: whoever calls stands guard."""
        return self._live.holds(segment_id, self._parts, self.visit)

    def those_of(self, segment_ids: Any) -> list[int]:
        """Which of these segments hold the person."""
        return [one for one in segment_ids if self.holds(one)]

    def all_held(self) -> list[int]:
        """Every segment that holds the person, live ones too."""
        live = self._live
        members = [one for one, parts in self._parts.items() if 0 in parts and one not in live.stored]
        return sorted(members + live.held(self._parts, self.visit))

    @cached_property
    def _rows(self) -> tuple[Live, list[tuple[Any, ...]]]:
        known = kept.live
        version = known.version if known.version is None or isinstance(known.version, UUID) else UNREAD
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, [version, number_of(self.person)])
            (_segment, _part, version, told), *rows = cursor.fetchall()
        return kept.at(version, told, known=known), rows

    @property
    def _live(self) -> Live:
        return self._rows[0]

    @cached_property
    def _parts(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for segment_id, part, *_ in self._rows[1]:
            found.setdefault(segment_id, set()).add(part)
        return found
