"""What a segment was before: each change in the admin keeps both ends of it in the admin's own history."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from personalization.people.segments.models import Segment

KEPT = ("name", "note", "tree")
SHOWN = 50
_SEGMENT = "segment"


@dataclass(frozen=True)
class Change:
    """Somebody changed the segment; of an older entry, or of one that was not about its rules, nothing is kept."""

    entry: LogEntry
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def at(self) -> datetime:
        """When."""
        return self.entry.action_time


def version(segment: Segment) -> dict[str, Any]:
    """All that can be put back."""
    return {name: getattr(segment, name) for name in KEPT}


def stored_version(segment: Segment) -> dict[str, Any] | None:
    """As it stands in the database, whatever has been done to the object since."""
    kept: dict[str, Any] | None = Segment.objects.filter(pk=segment.pk).values(*KEPT).first()
    return kept


def message(told: Iterable[Any], *, before: dict[str, Any] | None, after: dict[str, Any]) -> list[Any]:
    """Django's own message with both ends of the change beside it; other readers of the history pass over them."""
    first, *others = [*told] or [{"changed": {"fields": []}}]
    return [{**first, _SEGMENT: {"before": before, "after": after}}, *others]


def changes(segment: Segment) -> list[Change]:
    """Newest first."""
    return [_read(entry) for entry in _entries(segment).select_related("user")[:SHOWN]]


def former(segment: Segment, entry_id: int, end: str) -> dict[str, Any] | None:
    """One end of a change of this segment."""
    entry = _entries(segment).filter(pk=entry_id).first()
    found = _read(entry) if entry else None
    return (found.before if end == "before" else found.after) if found else None


def _entries(segment: Segment) -> Any:
    kind = ContentType.objects.get_for_model(Segment)
    return LogEntry.objects.filter(content_type=kind, object_id=str(segment.pk)).order_by("-action_time", "-pk")


def _read(entry: LogEntry) -> Change:
    try:
        told = json.loads(entry.change_message)
        kept: dict[str, Any] = next((one[_SEGMENT] for one in told if _SEGMENT in one), {})
        return Change(entry, _whole(kept.get("before")), _whole(kept.get("after")))
    except (AttributeError, TypeError, ValueError):
        return Change(entry, None, None)


def _whole(kept: Any) -> dict[str, Any] | None:
    return kept if isinstance(kept, dict) and set(KEPT) <= set(kept) else None
