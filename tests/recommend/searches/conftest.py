"""People who search and choose, visit by visit, written into the log by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from personalization.events.identifiers import event_id
from personalization.events.models import Visitor
from personalization.events.write import NewEvent, write
from personalization.recommend.searches.models import SearchList
from tests.people import NOW, Shop

Visit = Callable[..., UUID]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def visit(shop: Shop) -> Visit:
    """A visit: "?words" is a search, anything else a product with what was done with it."""

    def write_down(visitor: int, *steps: str | tuple[str, str], at: Any = NOW - timedelta(hours=2), **who: Any) -> UUID:
        visitor_id, visit_id = UUID(int=visitor), event_id(at)
        Visitor.objects.get_or_create(id=visitor_id, defaults={"first_seen_at": at, "last_seen_at": at})
        told = [_event(step, visitor_id, visit_id, at + MINUTE * number, who) for number, step in enumerate(steps, 1)]
        begun = NewEvent(
            id=visit_id, kind="visit_started", happened_at=at, visitor_id=visitor_id, visit_id=visit_id, **who
        )
        write([begun, *told])
        return visit_id

    def _event(step: Any, visitor_id: UUID, visit_id: UUID, at: Any, who: dict[str, Any]) -> NewEvent:
        about: dict[str, Any] = {"visitor_id": visitor_id, "visit_id": visit_id, "happened_at": at, **who}
        if isinstance(step, str):
            return NewEvent(id=event_id(at), kind="searched", payload={"query": step.removeprefix("?")}, **about)
        title, kind = step
        return NewEvent(id=event_id(at), kind=kind, product_id=shop[title].pk, quantity=1, **about)

    return write_down


@pytest.fixture
def lists(shop: Shop) -> Callable[..., Any]:
    """What is listed for these words, best first."""

    def read(words: str, scope: str = "words") -> list[str]:
        row = SearchList.objects.filter(scope=scope, words=words).first()
        return shop.titles(row.product_ids) if row else []

    return read
