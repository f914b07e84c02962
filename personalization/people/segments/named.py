"""Segments by the names that developers write into templates."""

import logging
from collections.abc import Collection

from personalization.people.segments.models import Segment

logger = logging.getLogger("personalization")
# A name that a template makes up anew for each page must not fill the memory, nor the log.
MOST_TOLD = 1000
_told: set[str] = set()


def ids_by_name() -> dict[str, int]:
    """All segments: one query."""
    return dict(Segment.objects.order_by().values_list("name", "pk"))


def unknown_name(name: str, *, known: Collection[str]) -> None:
    """Tells the log that there is no such segment; each name once in a process."""
    if name in _told or len(_told) >= MOST_TOLD:
        return
    _told.add(name)
    names = ", ".join(f"“{one}”" for one in sorted(known)[:20]) or "none"
    logger.warning("A template asks for the segment “%s”, and there is none: nobody is in it. Known: %s.", name, names)
