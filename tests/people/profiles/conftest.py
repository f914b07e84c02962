"""What people did, event by event, and what is then known of them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild
from tests import people
from tests.people import NOW


@dataclass(frozen=True)
class Log:
    """Writes deeds, and reads what became of them."""

    shop: people.Shop

    def did(
        self, kind: str, title: str = "", *, at: datetime, user: Any = None, visitor: Any = None, **more: Any
    ) -> Any:
        """One deed of an account or of a stranger."""
        goods = {"product_id": self.shop[title].pk} if title else {}
        event = NewEvent(
            event_id(at), kind, at, user_id=user.pk if user else None, visitor_id=visitor, **goods, **more
        )  # fmt: skip
        write([event])
        return event

    def meets(self, visitor: uuid.UUID, *, user: Any = None, at: datetime = NOW) -> None:
        """A browser is known, perhaps as that of an account."""
        write([], visitors=[SeenVisitor(visitor, at, user.pk if user else None)])


@pytest.fixture
def log(shop: people.Shop) -> Log:
    """The log of the tiny shop, whose goods were looked at."""
    people.know_goods(shop)
    return Log(shop)


@pytest.fixture
def profile_of() -> Callable[..., Profile]:
    """Somebody's profile once all are made: of an account, or of a visitor."""

    def found(who: Any) -> Profile:
        rebuild(now=NOW)
        return Profile.objects.get(person=who if isinstance(who, uuid.UUID) else uuid.UUID(int=who.pk))

    return found
