"""The only writer of what people tell us: for the account that is signed in, else for the visitor."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from personalization.events.models import Event
from personalization.events.person import Person
from personalization.events.personal import Whole, whole_account
from personalization.people.models import Preference, PreferenceQuerySet

What = Preference.What
# One product has one answer: the last.
ANSWERS = (What.NOT_INTERESTED, What.OWNED, What.GIFT)
A_MINUTE, ANSWERS_A_MINUTE = timedelta(minutes=1), 60


def tell(person: Person, what: str, *, product_id: int, now: datetime) -> None:
    """Keeps the answer to one product, in place of an earlier one. Harmless when repeated."""
    with transaction.atomic():
        undo(person, product_id=product_id)
        _keep(person, [Preference(what=what, subject_id=product_id, told_at=now)])


def undo(person: Person, *, product_id: int) -> int:
    """Takes back what was said about one product."""
    return _of(person).filter(what__in=ANSWERS, subject_id=product_id).delete()[0]


def mute_brands(person: Person, brands: Iterable[str], *, now: datetime) -> None:
    """Keeps that this person wants nothing of these brands, liked or not until now. Harmless when repeated."""
    names = [*brands]
    with transaction.atomic():
        unmute_brands(person, names)
        _of(person).filter(what=What.LIKED_BRAND, value__in=names).delete()
        _keep(person, [Preference(what=What.MUTED_BRAND, value=name, told_at=now) for name in names])


def unmute_brands(person: Person, brands: Iterable[str]) -> int:
    """Takes that back."""
    return _of(person).filter(what=What.MUTED_BRAND, value__in=[*brands]).delete()[0]


def forget_looks(person: Person, *, product_id: int) -> int:
    """Deletes from the log that this person looked at a product; gives how many looks there were."""
    whole = whole_account(person.user_id) if person.user_id is not None else Whole()
    if person.visitor_id is not None and person.user_id is None:
        whole = Whole(visitor_ids=(person.visitor_id,))
    looks = Event.objects.filter(kind__in=("product_viewed", "block_clicked"), product_id=product_id)
    return whole.rows_of(looks).delete()[0]


def settle(person: Person, kinds: Iterable[str], wishes: Iterable[tuple[str, int, str]], *, now: datetime) -> None:
    """Replaces all that was told of these kinds by (what, subject, value)."""
    with transaction.atomic():
        _of(person).filter(what__in=list(kinds)).delete()
        _keep(person, [Preference(what=what, subject_id=one, value=word, told_at=now) for what, one, word in wishes])


def choose_door(
    person: Person, *, choices: Iterable[int], chosen: int | None, categories: Iterable[int], now: datetime
) -> None:
    """Keeps which of these choices of one door was made, with its categories, in place of another one of them."""
    told = [Preference(what=What.INTEREST, subject_id=one, value=str(chosen), told_at=now) for one in categories]
    with transaction.atomic():
        _of(person).filter(what=What.INTEREST, value__in=[str(one) for one in choices]).delete()
        _keep(person, told if chosen is not None else [])


def is_too_fast(person: Person, *, now: datetime) -> bool:
    """More answers in a minute than anybody gives by hand."""
    lately = _of(person).filter(what__in=(*ANSWERS, What.MUTED_BRAND), told_at__gt=now - A_MINUTE)
    return lately.count() >= ANSWERS_A_MINUTE


def _of(person: Person) -> PreferenceQuerySet:
    return Preference.objects.of(person)


def _keep(person: Person, told: list[Preference]) -> None:
    for one in told:
        one.user_id = person.user_id
        one.visitor_id = person.visitor_id if person.user_id is None else None
    Preference.objects.bulk_create(told, ignore_conflicts=True)
