"""Named people with their profiles, as the job would have written them."""

import uuid
from datetime import timedelta
from typing import Any

from personalization.events.identifiers import event_id
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, write
from personalization.people.profiles.models import Profile
from personalization.people.segments.compile import people as people_of
from personalization.people.segments.tree import read
from tests.people import NOW

DAY = timedelta(days=1)
NAMES: dict[uuid.UUID, str] = {}


def known(name: str, user: Any = None, **columns: Any) -> Profile:
    """A person with a profile: an account, or else a stranger."""
    number = uuid.UUID(int=user.pk) if user is not None else uuid.uuid5(uuid.NAMESPACE_DNS, name)
    NAMES[number] = name
    seen = {"first_seen_at": NOW - 100 * DAY, "last_seen_at": NOW - DAY, "changed_at": NOW - DAY}
    return Profile.objects.create(person=number, user_id=user.pk if user else None, **{**seen, **columns})


def stranger(name: str, *, linked_to: Any = None, **columns: Any) -> Visitor:
    """A visitor with a profile; one that is linked to an account has none of its own."""
    number = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    made = Visitor.objects.create(id=number, user=linked_to, first_seen_at=NOW - 100 * DAY, last_seen_at=NOW)
    if linked_to is None:
        known(name, **columns)
    return made


def happened(kind: str, *, user: Any = None, visitor: Any = None, days_ago: float = 1, **more: Any) -> None:
    """One event of a person."""
    at = NOW - days_ago * DAY
    payload, product = more.pop("payload", {}), more.pop("product", None)
    write([NewEvent(
        id=event_id(at), kind=kind, happened_at=at, visitor_id=visitor.pk if visitor else None,
        user_id=user.pk if user else None, product_id=product.pk if product else None, payload=payload, **more,
    )])  # fmt: skip


def rule(name: str, **params: Any) -> dict[str, Any]:
    """A leaf, as it is stored."""
    return {"rule": name, "params": params}


def meant(tree: Any, *, now: Any = NOW) -> set[str]:
    """The names of those whom a tree means."""
    return names(people_of(read(tree), now=now).values_list("person", flat=True))


def names(people: Any) -> set[str]:
    """Who they are."""
    return {NAMES[one] for one in people}
