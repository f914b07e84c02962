"""Writes a wish down, if there is room for it. Who asks learns nothing of the address: not even that it was asked for.

The caps are counted under one lock, so they hold whoever asks at once: a form of ours mails no stranger to weariness.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.events.accounts import ids_of
from personalization.events.consent import Purpose
from personalization.events.kinds import Traffic
from personalization.events.models import AccountConsent
from personalization.events.person import Person
from personalization.storefront.leads.keys import Wish, wish_in
from personalization.storefront.leads.models import Lead
from personalization.storefront.request import Page

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# The same form, sent twice by an impatient finger, is one wish.
IMPATIENT = timedelta(minutes=2)
LONGEST = 254
# "lead"
_WAIT = "SELECT pg_advisory_xact_lock(1818583396)"


@dataclass(frozen=True)
class Taken:
    """Whether the form is done with, and what to say if it is not."""

    is_taken: bool
    told: str = ""


def sign_up(sent: Mapping[str, str], page: Page) -> Taken:
    """What came in a form. The answer is the same for every address that is one."""
    wish = wish_in(str(sent.get("key", "")), page.person)
    is_bot = page.gathered is not None and page.gathered.traffic == Traffic.BOT
    if wish is None or not page.person.is_known or is_bot:
        return Taken(False, _("This form is too old. Please open the page anew and try again."))
    email = str(sent.get("email", "")).strip()
    if not _is_address(email):
        return Taken(False, _("Please look at the address: it should read like anna@example.com."))
    if sent.get("agree") != "yes":
        return Taken(False, _("Please tick the box: without it we may not write to you."))
    return take(wish, email, page.person, now=page.now)


def take(wish: Wish, email: str, person: Person, *, now: datetime) -> Taken:
    """One row, and a letter that is due; nothing of a letter is decided here."""
    address, caps = email.lower(), conf.LEAD_CAPS
    with transaction.atomic():
        _take_turns()
        if Lead.objects.filter(asked_at__gt=now - HOUR).count() >= caps.get("hour", 0):
            return Taken(False, _("Many people ask at this moment. Please try again in an hour."))
        lately = Lead.objects.filter(asked_at__gt=now - DAY)
        mine = lately.filter(_of(person))
        if mine.filter(address=address, asked_at__gt=now - IMPATIENT).exists():
            return Taken(True)
        if mine.count() >= caps.get("visitor", 0):
            return Taken(False, _("That was often for one day. Please try again tomorrow."))
        # Without room for a letter there is a row all the same: else its asker could count what was not taken.
        has_room = lately.filter(address=address).count() < caps.get("address", 0) and not _said_no(address)
        Lead.objects.create(
            popup_id=_still_there("Popup", wish.popup_id), offer_id=_still_there("PersonalOffer", wish.offer_id),
            email=email, address=address, text=wish.text, visitor_id=person.visitor_id, user_id=person.user_id,
            language=get_language() or "", asked_at=now, due_at=now if has_room else None,
            post=Lead.Post.WAITING if has_room else Lead.Post.NONE,
        )  # fmt: skip
    return Taken(True)


def ask_again(lead: Lead, *, now: datetime) -> Taken:
    """Another letter for a wish whose link has run out: a wish of its own, within the same caps."""
    person = Person(lead.visitor_id, lead.user_id)
    return take(Wish(lead.popup_id, lead.offer_id, lead.text), lead.email, person, now=now)


def is_subscribed(person: Person) -> bool:
    """This person gets our letters already: nobody asks them for an address again."""
    if person.user_id is not None and _agreed([person.user_id]).exists():
        return True
    return person.is_known and Lead.objects.subscribed().filter(_of(person)).exists()


def has_letters(address: str) -> bool:
    """Somebody of this address gets them already. For letters alone: no page may say so."""
    return Lead.objects.subscribed().filter(address=address).exists() or _agreed(ids_of(address)).exists()


def forget_leads(now: datetime) -> dict[str, int]:
    """Lets go of addresses that nobody confirmed, or that want no letters any more; gives how many."""
    old = now - timedelta(days=conf.LEAD_DAYS)
    gone = Q(confirmed_at=None, asked_at__lt=old) | Q(stopped_at__lt=old)
    return {"addresses": Lead.objects.filter(gone).delete()[0]}


def _of(person: Person) -> Q:
    mine = Q()
    if person.visitor_id is not None:
        mine |= Q(visitor_id=person.visitor_id)
    if person.user_id is not None:
        mine |= Q(user_id=person.user_id)
    return mine or Q(pk=None)


def _agreed(user_ids: list[int]) -> QuerySet[AccountConsent]:
    return AccountConsent.objects.filter(user_id__in=user_ids, purposes__contains=[Purpose.EMAIL])


def _said_no(address: str) -> bool:
    """Whose address this is never asked for letters, and said so."""
    return Lead.objects.filter(address=address, confirmed_at=None, stopped_at__isnull=False).exists()


def _still_there(model: str, pk: int | None) -> int | None:
    """An owner may delete what a form was shown with."""
    return pk if pk and apps.get_model("personalization", model)._default_manager.filter(pk=pk).exists() else None


def _is_address(email: str) -> bool:
    if len(email) > LONGEST or not email.isascii():
        return False
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAIT)
