"""Gives codes to people: to one, or to all whom an offer's trigger means now.

Facts stand in the database: who has had a code on an occasion gets no other, by a unique row; so a run that was killed
goes on where it stopped, and one that is doubled changes nothing. Of each person one giver alone is at work at a time,
by a lock of that person: so the caps hold whoever gives codes at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.campaigns.offers.trigger import ONCE, Trigger, triggers
from personalization.campaigns.state import State
from personalization.chosen.stored import Values
from personalization.conf import conf
from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.profiles.models import Profile
from personalization.people.rules.deeds import among
from personalization.shop import codes
from personalization.shop.codes import NewCode

BATCH = 500
# "code": the lock of one person, and of one offer that has a cap of codes.
LOCK = 0x636F6465

_MEMBERS = "SELECT person FROM personalization_membership WHERE segment_id = ANY(%s::bigint[]) AND part = 0"
# Whom another giver has in hand gets theirs on the next run.
_MINE = """
SELECT person FROM unnest(%(persons)s::uuid[]) AS asked (person)
WHERE pg_try_advisory_xact_lock(hashtextextended(person::text, %(lock)s))
"""
_WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%(what)s, %(lock)s))"
_GIVE = """
INSERT INTO personalization_personalcode
    (offer_id, person, code, occasion, reason, asked_by, issued_at, expires_at, order_number)
SELECT %(offer)s, person, code, occasion, %(reason)s, %(asked_by)s, %(now)s, %(until)s, ''
FROM unnest(%(persons)s::uuid[], %(occasions)s::text[], %(codes)s::text[]) AS asked (person, occasion, code)
WHERE NOT EXISTS (
    SELECT FROM personalization_personalcode AS live WHERE live.person = asked.person AND live.offer_id = %(offer)s
        AND live.used_at IS NULL AND live.withdrawn_at IS NULL AND live.expires_at > %(now)s
) AND (
    SELECT count(*) FROM personalization_personalcode AS live WHERE live.person = asked.person
        AND live.used_at IS NULL AND live.withdrawn_at IS NULL AND live.expires_at > %(now)s
) < %(most)s
ON CONFLICT DO NOTHING RETURNING code
"""
_TIE = """
UPDATE personalization_personalcode AS given SET voucher_id = made.voucher
FROM unnest(%(codes)s::text[], %(vouchers)s::bigint[]) AS made (code, voucher) WHERE given.code = made.code
"""


@dataclass(frozen=True)
class Wanted:
    """Somebody who is to get a code."""

    person: UUID
    occasion: str = ONCE


@dataclass(frozen=True)
class Issued:
    """What a run came to."""

    offers: int = 0
    codes: int = 0


def issue(
    offer: PersonalOffer, person: Person, *, reason: str, now: datetime, occasion: str = ONCE, asked_by: str = ""
) -> PersonalCode | None:
    """Gives one person a code of this offer; whoever has a live one is given that again. None: there is none for them.

    That is: the offer is not live or gives no codes, the person is not known, has had theirs on this occasion, has as
    many codes as one may have at once (`CODES_AT_ONCE`), or all codes of the offer are given out. Whether the person is
    one of those whom the offer is for is left to the caller, who has just decided to give it.
    `reason` is kept: the name of the pop-up, the message, the trigger; `asked_by` the login of a member of staff.
    """
    number = number_of(person)
    if number is None or not offer.is_by_code or offer.state(now) != State.LIVE or offer.off_reason:
        return None
    with transaction.atomic():
        _wait(str(number))
        if (live := _live(offer, now).filter(person=number).first()) is not None:
            return live
        given = _give(offer, [Wanted(number, occasion)], reason=reason, asked_by=asked_by, now=now)
        return PersonalCode.objects.get(code=given[0]) if given else None


def issue_all(*, now: datetime) -> Issued:
    """Every live offer gives its codes to whomever its trigger means now."""
    found = Issued()
    for offer in PersonalOffer.objects.by_code().live(now).order_by("pk"):
        if given := issue_due(offer, now=now):
            found = replace(found, offers=found.offers + 1, codes=found.codes + given)
    return found


def issue_due(offer: PersonalOffer, *, now: datetime) -> int:
    """Gives their codes to all whom the offer means now, some hundreds at a time; says how many got one."""
    if not offer.is_by_code or not offer.is_on(now) or offer.off_reason:
        return 0
    count = 0
    for wanted in _batches(offer, now=now):
        with transaction.atomic():
            mine = _locked([one.person for one in wanted])
            given = _give(
                offer, [one for one in wanted if one.person in mine], reason=offer.trigger, asked_by="", now=now
            )
        count += len(given)
        if not given and offer.most_codes is not None and _room(offer) == 0:
            break
    return count


def people_for(offer: PersonalOffer, *, now: datetime) -> QuerySet[Profile] | None:
    """Those whom audience and trigger mean now, whether they have their code or not; None while that means nobody."""
    found = _meant(offer, now=now)
    return None if found is None else found[2]


def _meant(offer: PersonalOffer, *, now: datetime) -> tuple[Trigger, Values, QuerySet[Profile]] | None:
    if offer.trigger not in triggers:
        return None
    trigger = triggers.get(offer.trigger)
    values = trigger.values(offer.parameters if isinstance(offer.parameters, dict) else {})
    if values is None:
        return None
    meant = Q()
    if offer.for_whom.among:
        meant &= among(_MEMBERS, [list(offer.for_whom.among)])
    if offer.for_whom.but:
        meant &= ~among(_MEMBERS, [list(offer.for_whom.but)])
    since = max(filter(None, [offer.starts_at, offer.created_at]), default=now)
    if (asked := trigger.people(values, since=since, now=now)) is not None:
        meant &= asked
    return trigger, values, Profile.objects.filter(meant)


def _batches(offer: PersonalOffer, *, now: datetime) -> Iterator[list[Wanted]]:
    if (found := _meant(offer, now=now)) is None:
        return
    trigger, values, people = found
    # Whoever holds one, or has had the only one that there is, need not be looked at.
    had = PersonalCode.objects.filter(offer=offer, person=OuterRef("person"))
    left = people.exclude(Exists(had.filter(Q(occasion=ONCE) | Q(used_at=None, withdrawn_at=None, expires_at__gt=now))))
    wanted = ("person", "orders", "last_order_at", "demographics")
    last, arm = UUID(int=0), offer.in_arm
    while rows := list(left.filter(person__gt=last).order_by("person").only(*wanted)[:BATCH]):
        last = rows[-1].person
        yield [
            Wanted(one.person, trigger.occasion(values, one, now=now)[:64])
            for one in rows
            if arm.has(str(one.person), otherwise=f"offer {offer.pk}")
        ]


def _give(offer: PersonalOffer, wanted: Sequence[Wanted], *, reason: str, asked_by: str, now: datetime) -> list[str]:
    """In the transaction in hand: the rows of who got which code, and a voucher of Oscar's for each."""
    if offer.most_codes is not None:
        _wait(f"offer {offer.pk}")
        wanted = wanted[: _room(offer)]
    if not wanted:
        return []
    if offer.shop_offer_id is None:
        publish(offer, now=now)
    until = now + timedelta(days=offer.days_valid)
    with connection.cursor() as cursor:
        cursor.execute(_GIVE, {
            "offer": offer.pk, "persons": [one.person for one in wanted], "occasions": [one.occasion for one in wanted],
            "codes": codes.new_codes(len(wanted)), "reason": reason[:64], "asked_by": asked_by[:64], "now": now,
            "until": until, "most": conf.CODES_AT_ONCE,
        })  # fmt: skip
        given = [code for (code,) in cursor.fetchall()]
        made = partial(NewCode, name=offer.title, since=now, until=until)
        vouchers = codes.make_vouchers(offer.shop_offer_id or 0, [made(code=code) for code in given]) if given else {}
        cursor.execute(_TIE, {"codes": list(vouchers), "vouchers": list(vouchers.values())})
    return given


def _live(offer: PersonalOffer, now: datetime) -> QuerySet[PersonalCode]:
    return offer.codes.filter(used_at=None, withdrawn_at=None, expires_at__gt=now)


def _room(offer: PersonalOffer) -> int:
    return max((offer.most_codes or 0) - offer.codes.count(), 0)


def _wait(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, {"what": what, "lock": LOCK})


def _locked(persons: Sequence[UUID]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_MINE, {"persons": sorted(persons), "lock": LOCK})
        return {person for (person,) in cursor.fetchall()}
