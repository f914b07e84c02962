"""Who is asking: the person behind a request, if what they say may be kept."""

from typing import Any

from django.http import HttpRequest

from personalization.events.consent import Purpose
from personalization.events.ledger import in_force
from personalization.events.person import STRANGER, Person
from personalization.events.record import in_hand


def may_be_known(request: HttpRequest) -> bool:
    """They agreed to it, in this browser and, if they are signed in, for their account."""
    gathered = in_hand()
    if gathered is None or not gathered.consent.may_use:
        return False
    return Purpose.PERSONALIZATION in in_force(account_id(request), gathered.consent)


def who_asks(request: HttpRequest) -> Person:
    """Whose taste may be read; STRANGER without their consent."""
    gathered = in_hand()
    if gathered is None or not may_be_known(request):
        return STRANGER
    return Person(visitor_id=gathered.person.visitor_id, user_id=account_id(request))


def who_tells(request: HttpRequest) -> Person:
    """Whose words may be kept: a stranger becomes a visitor by them; STRANGER without consent, and for bots."""
    gathered = in_hand()
    if gathered is None or not may_be_known(request):
        return STRANGER
    return Person(visitor_id=gathered.visitor_id(), user_id=account_id(request))


def account_id(request: HttpRequest) -> int | None:
    """The account that is signed in."""
    user: Any = getattr(request, "user", None)
    return user.pk if getattr(user, "is_authenticated", False) else None
