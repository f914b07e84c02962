"""Who it is that the page is about: an account with its browsers, or a stranger's browser."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from personalization.events.accounts import name_of as email_of
from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent, ConsentRecord, Visitor
from personalization.events.person import Person
from personalization.insight.people.find import name_of
from personalization.people.persons import account_of
from personalization.people.profiles.models import Profile


@dataclass(frozen=True)
class LastVisit:
    """Of the browser that was used last."""

    visitor_id: UUID
    visit_id: UUID
    seen_at: datetime


@dataclass(frozen=True)
class Who:
    """The person; what names them is empty for whoever may not see accounts."""

    number: UUID
    person: Person
    profile: Profile | None
    visitor_ids: tuple[UUID, ...] = ()
    name: str = ""
    email: str = ""
    known_since: datetime | None = None
    last_seen: datetime | None = None
    is_staff: bool = False
    last_visit: LastVisit | None = None
    # For whoever chooses for them; what names them stands above.
    user: Any = field(default=None, repr=False, compare=False)

    @property
    def is_stranger(self) -> bool:
        """A browser without an account."""
        return self.person.user_id is None


@dataclass(frozen=True)
class Agreed:
    """One purpose, and whether it was agreed to."""

    label: str
    is_given: bool


@dataclass(frozen=True)
class Answer:
    """What they said to the question of consent; `at` is empty as long as they were not asked."""

    purposes: tuple[Agreed, ...] = ()
    at: datetime | None = None
    may_use: bool = True


def who_is(number: UUID, *, may_see: bool) -> Who | None:
    """The person of this number, or None. Of a visitor who has signed in, the account."""
    account = account_of(number)
    if account is None:
        return _stranger(number, may_see=may_see)
    return _account(account, may_see=may_see) if account < 1 << 63 else None


def _stranger(number: UUID, *, may_see: bool) -> Who | None:
    visitor = Visitor.objects.filter(pk=number).first()
    if visitor is None:
        return None
    if visitor.user_id is not None:
        return _account(visitor.user_id, may_see=may_see)
    profile = Profile.objects.filter(pk=number).first()
    return Who(
        number, Person(visitor_id=number), profile, (number,),
        known_since=visitor.first_seen_at, last_seen=visitor.last_seen_at, last_visit=_last_visit([visitor]),
    )  # fmt: skip


def _account(user_id: int, *, may_see: bool) -> Who | None:
    user: Any = get_user_model()._default_manager.filter(pk=user_id).first()
    if user is None:
        return None
    profile = Profile.objects.filter(user_id=user_id).first()
    browsers = list(Visitor.objects.filter(user=user_id).order_by("pk").only("last_seen_at", "visit_id"))
    joined = getattr(user, "date_joined", None)
    known = [one for one in (joined, profile.first_seen_at if profile else None) if one]
    seen = [*(one.last_seen_at for one in browsers), *([profile.last_seen_at] if profile else [])]
    return Who(
        UUID(int=user_id), Person(user_id=user_id), profile, tuple(one.pk for one in browsers),
        name=name_of(user) if may_see else "", email=email_of(user) if may_see else "",
        known_since=min(known, default=None), last_seen=max(seen, default=None),
        is_staff=bool(getattr(user, "is_staff", False)), last_visit=_last_visit(browsers),
        user=user,
    )  # fmt: skip


def _last_visit(browsers: Sequence[Visitor]) -> LastVisit | None:
    known = [LastVisit(one.pk, one.visit_id, one.last_seen_at) for one in browsers if one.visit_id]
    return max(known, key=lambda one: one.seen_at, default=None)


def answer_of(who: Who) -> Answer:
    """The last answer: of the account, or of the stranger's browser: one query."""
    purposes, at = _last_answer(who)
    if at is None:
        return Answer()
    agreed = tuple(Agreed(str(label), name in purposes) for name, label in Purpose.LABELS.items())
    return Answer(agreed, at, Purpose.PERSONALIZATION in purposes)


def _last_answer(who: Who) -> tuple[list[str], datetime | None]:
    if who.person.user_id is not None:
        kept = AccountConsent.objects.filter(pk=who.person.user_id).first()
        return (kept.purposes, kept.changed_at) if kept else ([], None)
    line = ConsentRecord.objects.filter(visitor_id=who.number).order_by("-pk").first()
    return (line.purposes, line.given_at) if line else ([], None)
