"""Who looked at whom: written with each look, forgotten after a year."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.insight.people.models import CustomerLook, Way

KEPT = timedelta(days=365)
# Turning the leaves of the same page goes on with the same look for so long.
SAME_LOOK = timedelta(hours=1)


def note_look(person: Person, *, reader: Any, way: str, now: datetime, goes_on: bool = False) -> None:
    """Keeps the look. One that goes on with a page opened a while ago by the same reader is not a new one."""
    whose = _whose(person)
    if goes_on and CustomerLook.objects.filter(reader_id=reader.pk, looked_at__gte=now - SAME_LOOK, **whose).exists():
        return
    CustomerLook.objects.create(looked_at=now, reader_id=reader.pk, found_by=Way(way), **whose)


def forget_looks(now: datetime) -> dict[str, int]:
    """Lets go of lines older than a year, and of the names of visitors who are forgotten; gives how many."""
    gone, _tables = CustomerLook.objects.filter(looked_at__lt=now - KEPT).delete()
    known = Visitor.objects.filter(pk=OuterRef("visitor_id"))
    strangers = CustomerLook.objects.filter(visitor_id__isnull=False).exclude(Exists(known))
    return {"looks": gone, "nameless_looks": strangers.update(visitor_id=None)}


def _whose(person: Person) -> dict[str, Any]:
    """An account by its number alone: which of its browsers was looked at says nothing more."""
    if person.user_id is not None:
        return {"user_id": person.user_id}
    return {"user_id": None, "visitor_id": person.visitor_id}
