"""Visits of people with names, touch by touch, as the pages of the shop would have noted them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from personalization.events.identifiers import event_id
from personalization.events.kinds import Traffic
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, SeenVisitor, write

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "home": ("page_viewed", {"name": "home"}),
    "offers": ("page_viewed", {"name": "offer:list"}),
    "category": ("category_viewed", {"category": 1, "page": 1}),
    "search": ("searched", {"query": "tea"}),
    "product": ("product_viewed", {}),
    "block": ("block_clicked", {"block": "1"}),
    "basket": ("basket_added", {}),
    "checkout": ("checkout_step", {"step": "index"}),
    "thanks": ("checkout_step", {"step": "thank_you"}),
    "order": ("purchased", {"order": 1, "line": 1}),
    "login": ("logged_in", {}),
    "leave": ("page_left", {"path": "/", "seconds": 3}),
}


def visitor_of(name: str) -> uuid.UUID:
    """The browser of somebody with a name."""
    return uuid.uuid5(uuid.NAMESPACE_DNS, name)


def walk(
    name: str,
    *touches: str,
    at: datetime,
    user: Any = None,
    seconds: float = 60,
    traffic: str = Traffic.SHOPPER,
    is_counted: bool = True,
    backwards: bool = False,
    **landing: str,
) -> uuid.UUID:
    """A visit that began at that moment, with a touch every so many seconds; gives its id."""
    visitor, user_id = visitor_of(name), user.pk if user else None
    payload: dict[str, Any] = dict(landing) if is_counted else {"uncounted": True}
    began = NewEvent(event_id(at), "visit_started", at, visitor, user_id, traffic=traffic, payload=payload)
    began = NewEvent(**{**vars(began), "visit_id": began.id})
    write([began], visitors=[SeenVisitor(visitor, at, user_id, traffic, began.id)])
    told = _events(began, touches, at=at, seconds=seconds)
    write([*reversed(told)] if backwards else told)
    return began.id


def goes_on(visit: uuid.UUID, name: str, *touches: str, at: datetime, user: Any = None, seconds: float = 60) -> None:
    """More of a visit, from that moment on."""
    first = NewEvent(visit, "visit_started", at, visitor_of(name), user.pk if user else None, visit)
    write(_events(first, touches, at=at - timedelta(seconds=seconds), seconds=seconds))


def signs_in(name: str, user: Any, *, at: datetime) -> None:
    """The browser is that of an account from now on."""
    Visitor.objects.filter(pk=visitor_of(name)).update(user=user, linked_at=at)


def _events(began: NewEvent, touches: Sequence[str], *, at: datetime, seconds: float) -> list[NewEvent]:
    told = []
    for turn, touch in enumerate(touches, start=1):
        # The visit's own id is made when its first page is answered: that page was told of before.
        moment = at + timedelta(seconds=seconds * turn) if turn > 1 or seconds else at
        kind, payload = KINDS[touch]
        more = {} if began.payload.get("uncounted") is None else {"uncounted": True}
        told.append(NewEvent(
            event_id(moment), kind, moment, began.visitor_id, began.user_id, began.visit_id, began.traffic,
            payload=payload | more,
        ))  # fmt: skip
    return told
