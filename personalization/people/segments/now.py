"""Which segments the person before the page is in: members by one query, live segments by what the visit says.

A stranger without a profile is a member of nothing yet; live segments take a stranger for one who did nothing so far.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.functional import cached_property

from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.rules.rule import Visit
from personalization.people.segments.models import Segment
from personalization.people.segments.parts import Split, holds, split
from personalization.people.segments.settled import settled
from personalization.people.segments.unfold import read_unfolded

# The first row says which live segments there are, in numbers that differ if any of them does; the others, where the
# person is a member. One index answers those, and nothing else of a member is read.
_STANDING = """
SELECT count(*), coalesce(sum(id), 0)::bigint, sum(id::numeric * id)::text, max(settled_at)
FROM personalization_segment WHERE is_active AND is_live
UNION ALL
SELECT member.segment_id, member.part, NULL, NULL
FROM personalization_membership AS member JOIN personalization_segment AS segment
     ON segment.id = member.segment_id AND segment.is_active
WHERE member.person = %s
"""
Version = tuple[Any, ...]


@dataclass
class _Live:
    """The live segments of one version. A tree is read when it is first asked for: most pages ask for few of them."""

    version: Version | None = None
    stored: dict[int, Any] = field(default_factory=dict)
    split: dict[int, Split] = field(default_factory=dict)

    def of(self, segment_id: int) -> Split | None:
        """Its tree, taken apart as its members were counted; None for one that is not live."""
        if segment_id not in self.stored:
            return None
        if segment_id not in self.split:
            self.split[segment_id] = split(settled(read_unfolded(self.stored[segment_id])))
        return self.split[segment_id]


class _Kept:
    """What this process knows of live segments; read again only if it changed."""

    def __init__(self) -> None:
        self.live, self.lock = _Live(), threading.Lock()

    def at(self, version: Version) -> _Live:
        """Those of this version: no query, if it is the one at hand."""
        live = self.live
        if live.version != version:
            with self.lock:
                if self.live.version != version:
                    rows = Segment.objects.in_use().filter(is_live=True).order_by()
                    self.live = _Live(version, dict(rows.values_list("pk", "counted_tree")))
                live = self.live
        return live

    def forget(self) -> None:
        """The next request reads them."""
        self.live = _Live()


kept = _Kept()


@dataclass(frozen=True)
class Standing:
    """Where one person stands during one request. Asks the database when it is first asked, at most twice."""

    person: Person
    visit: Visit = field(default_factory=Visit)

    @classmethod
    def of(cls, person: Person, visit: Visit | None = None) -> "Standing":
        """Of this person on this visit; a stranger is in no segment but those that the visit alone decides."""
        return cls(person, visit or Visit())

    def holds(self, segment_id: int) -> bool:
        """The person is in this segment, now. May raise what the database raises: whoever calls stands guard."""
        if (found := self._live.of(segment_id)) is None:
            return 0 in self._parts.get(segment_id, ())
        return found.root is not None and holds(found.root, parts=self._parts.get(segment_id, ()), visit=self.visit)

    def those_of(self, segment_ids: Any) -> list[int]:
        """Which of these segments hold the person."""
        return [one for one in segment_ids if self.holds(one)]

    def all_held(self) -> list[int]:
        """Every segment that holds the person, live ones too."""
        return self.those_of(sorted({*self._parts, *self._live.stored}))

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, [number_of(self.person)])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    @cached_property
    def _live(self) -> _Live:
        return kept.at(self._rows[0])

    @cached_property
    def _parts(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for segment_id, part, *_ in self._rows[1:]:
            found.setdefault(segment_id, set()).add(part)
        return found
