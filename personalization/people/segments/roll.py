"""Who is in a segment: a page of them to be read, and all of them as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from personalization.events.accounts import emails_of
from personalization.jobs.back_office import NOTHING, minute_told, number_told
from personalization.people.persons import account_of
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment

A_PAGE = 50
MOST_PAGES = 200
READ_AT_ONCE = 2000


@dataclass(frozen=True)
class Member:
    """A row of the list of members."""

    number: UUID
    name: str
    since: str
    orders: str = NOTHING
    revenue: str = NOTHING
    seen: str = NOTHING


@dataclass(frozen=True)
class Members:
    """A page of them, newest first."""

    rows: list[Member] = field(default_factory=list)
    told: str = ""
    former: int = 0
    next: int = 0


def members(segment: Segment, *, page: str, may_see: bool) -> Members:
    """One page: who they are is told to those who may see accounts."""
    number = min(int(page), MOST_PAGES) if page.isdecimal() and len(page) < 5 and int(page) else 1
    found = Membership.objects.filter(segment=segment, part=0).order_by("-since", "person")
    rows = list(found.values_list("person", "since")[(number - 1) * A_PAGE : number * A_PAGE + 1])
    shown = rows[:A_PAGE]
    people = [person for person, _since in shown]
    profiles = Profile.objects.in_bulk(people)
    called = names_told(people, may_see=may_see)
    first = (number - 1) * A_PAGE + 1
    span = _("%(first)s to %(last)s") % {"first": number_told(first), "last": number_told(first + len(shown) - 1)}
    return Members(
        [_member(person, called[person], since, profiles.get(person)) for person, since in shown], span,
        former=number - 1, next=number + 1 if len(rows) > A_PAGE and number < MOST_PAGES else 0,
    )  # fmt: skip


def _member(number: UUID, name: str, since: datetime, profile: Profile | None) -> Member:
    if profile is None:
        return Member(number, name, minute_told(since))
    paid = number_format(profile.revenue, 2, force_grouping=True)
    return Member(
        number, name, minute_told(since), number_told(profile.orders), paid, minute_told(profile.last_seen_at)
    )


def names_told(people: Sequence[UUID], *, may_see: bool) -> dict[UUID, str]:
    """The e-mail of an account for those who may see it: one query."""
    accounts = {person: account_of(person) for person in people}
    emails = emails_of(accounts.values()) if may_see else {}
    return {person: _called(account, emails) for person, account in accounts.items()}


def _called(account: int | None, emails: dict[int, str]) -> str:
    if account is None:
        return _("a visitor without an account")
    return emails.get(account) or _("somebody with an account")


def member_rows(segment: Segment) -> Iterator[tuple[object, ...]]:
    """Everybody as rows of a table, read a few at a time."""
    yield _("id"), _("e-mail"), _("since")
    found = Membership.objects.filter(segment=segment, part=0).order_by("person").values_list("person", "since")
    some: list[tuple[UUID, datetime]] = []
    for row in found.iterator(chunk_size=READ_AT_ONCE):
        some.append(row)
        if len(some) == READ_AT_ONCE:
            yield from _written(some)
            some = []
    yield from _written(some)


def _written(rows: list[tuple[UUID, datetime]]) -> Iterator[tuple[object, ...]]:
    emails = emails_of(account_of(person) for person, _since in rows)
    for person, since in rows:
        account = account_of(person)
        yield account or str(person), emails.get(account or 0, ""), since.isoformat(timespec="seconds")
