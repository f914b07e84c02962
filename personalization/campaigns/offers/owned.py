"""The codes of one person: what is theirs to use, and what runs out soon."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.state import Status
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.people.persons import number_of


def owned_by(person: Person, *, now: datetime) -> list[PersonalCode]:
    """Codes that this person can use now, those that run out first; one query. Nobody's of somebody not known."""
    number = number_of(person)
    if number is None:
        return []
    theirs = Q(person=number)
    if person.user_id is not None:
        # What they were given as a stranger, before they signed in.
        theirs |= Q(person__in=Visitor.objects.filter(user_id=person.user_id).values("pk"))
    return list(_usable(now).filter(theirs).select_related("offer").order_by("expires_at", "pk"))


def expiring(*, within: timedelta, now: datetime) -> QuerySet[PersonalCode]:
    """Live codes that run out within so long and of which nobody was reminded: what a message asks for.

    Whoever sends one says so by `reminded`, in the transaction in which it takes the message on.
    """
    return _usable(now).filter(expires_at__lte=now + within, reminded_at=None).order_by("expires_at", "pk")


def reminded(code_ids: Collection[int], *, now: datetime) -> int:
    """Takes down that these people are reminded; gives of how many it was not known yet."""
    return PersonalCode.objects.filter(pk__in=code_ids, reminded_at=None).update(reminded_at=now)


def _usable(now: datetime) -> QuerySet[PersonalCode]:
    live = PersonalCode.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=now, voucher_id__isnull=False)
    return live.filter(
        offer__status__in=(Status.LIVE, Status.ENDED), offer__off_reason="", offer__way=PersonalOffer.Way.CODE
    )
