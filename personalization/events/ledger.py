"""The ledger of consent: an answer with the words it was given to; the last one of an account counts on any device."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from personalization.conf import conf
from personalization.events.consent import (
    REFUSED,
    STORING,
    Consent,
    Purpose,
    consent_of,
    forget_answer,
    has_signal,
    keeps_answers,
    known_purposes,
    remember_answer,
)
from personalization.events.consent_words import banner_words
from personalization.events.erasures import was_erased
from personalization.events.models import AccountConsent, ConsentRecord
from personalization.events.person import Person
from personalization.events.personal import withdraw
from personalization.events.record import Gathered, in_hand
from personalization.events.visitors import account


def note_answer(
    request: HttpRequest,
    purposes: Iterable[str],
    *,
    text: str = "",
    source: str,
    asked: Iterable[str] = STORING,
    now: datetime | None = None,
) -> Consent:
    """Takes down what somebody has just answered to a banner, this app's or the shop's own; gives what holds from now.

    `asked` are the purposes that the question was about: what was agreed to besides stays agreed to. `text` are the
    words shown. The answer counts at once, for the rest of this request too. A shop that leaves the setting CONSENT to
    this app gives the result to `remember_answer(response, request, consent)`.
    """
    gathered = in_hand() or Gathered(consent=consent_of(request))
    user = account(_loaded(request))
    user_id = user.pk if user is not None else None
    agreed = known_purposes(purposes)
    before = gathered.consent
    kept = _agreed_before(user_id, before) - known_purposes(asked)
    signal = has_signal(request)
    gathered.consent = Consent(
        agreed | kept,
        is_asked=True,
        # The cookie keeps whole seconds, and at the next login the two are compared.
        given_at=(now or timezone.now()).replace(microsecond=0),
        despite_signal=signal and bool(agreed & STORING),
    )
    person = Person(visitor_id=_visitor_id(gathered), user_id=user_id)
    try:
        note(gathered.consent, person=person, text=text or banner_words(), source=source, had_signal=signal)
    except Exception:
        # What could not be taken down was not agreed to; what was taken back is.
        gathered.consent = Consent(before.purposes & gathered.consent.purposes, is_asked=True)
        raise
    return gathered.consent


@transaction.atomic
def note(
    consent: Consent, *, person: Person, text: str, source: str, language: str = "", had_signal: bool = False
) -> ConsentRecord | None:
    """Adds a line to the ledger, and keeps the account's last answer; a stranger's no leaves nothing behind."""
    if not person.is_known:
        return None
    purposes, given_at = sorted(consent.purposes), consent.given_at or timezone.now()
    if person.user_id is not None:
        AccountConsent.objects.update_or_create(
            user_id=person.user_id, defaults={"purposes": purposes, "changed_at": given_at}
        )
        if Purpose.PERSONALIZATION not in purposes:
            withdraw(person)
    return _add_line(consent, person, text=text, source=source, language=language, had_signal=had_signal)


def _add_line(
    consent: Consent, person: Person, *, text: str, source: str, language: str = "", had_signal: bool = False
) -> ConsentRecord:
    return ConsentRecord.objects.create(
        given_at=consent.given_at or timezone.now(),
        visitor_id=person.visitor_id,
        user_id=person.user_id,
        purposes=sorted(consent.purposes),
        text_version=conf.CONSENT_TEXT_VERSION,
        text=text,
        language=language or get_language() or "",
        source=source[:32],
        had_signal=had_signal,
    )


def note_letters(
    person: Person, *, agrees: bool, text: str, source: str, language: str, now: datetime
) -> ConsentRecord | None:
    """Somebody said by a link in a letter whether they want letters; what they agreed to besides stays as it was.

    Of an account that has never answered the line alone is written: it has said nothing of being remembered.
    """
    known = AccountConsent.objects.filter(user_id=person.user_id).first() if person.user_id is not None else None
    last = known or last_line(person)
    purposes = frozenset(last.purposes if last else ()) - {Purpose.EMAIL} | ({Purpose.EMAIL} if agrees else set())
    consent = Consent(purposes, is_asked=True, given_at=now)
    if known is not None:
        return note(consent, person=person, text=text, source=source, language=language)
    return _add_line(consent, person, text=text, source=source, language=language) if person.is_known else None


def last_line(person: Person) -> ConsentRecord | None:
    """The last answer of this account or, for somebody not signed in, of this browser."""
    if person.user_id is not None:
        return ConsentRecord.objects.filter(user_id=person.user_id).first()
    return ConsentRecord.objects.filter(visitor_id=person.visitor_id).first() if person.visitor_id else None


def in_force(user_id: int | None, consent: Consent) -> frozenset[str]:
    """What may be done: the account's answer counts on all of its devices, and a no of this one counts here."""
    if user_id is None:
        return consent.purposes
    known = AccountConsent.objects.filter(user_id=user_id).first()
    if known is None:
        return consent.purposes - STORING if was_erased(user_id, since=consent.given_at) else consent.purposes
    return frozenset(known.purposes) & (consent.purposes | (frozenset(known.purposes) - STORING))


def settle_at_login(
    request: HttpRequest, response: HttpResponseBase, gathered: Gathered, *, user_id: int, now: datetime
) -> None:
    """Browser and account may have answered apart: the newer answer counts for both from here on."""
    consent = gathered.consent
    if has_signal(request) and not consent.despite_signal:
        return
    known = AccountConsent.objects.filter(user_id=user_id).first()
    if known is None and was_erased(user_id, since=consent.given_at):
        _make_void(response, gathered)
    elif known is None or (consent.given_at is not None and consent.given_at >= known.changed_at):
        _give_to_account(consent, known, gathered, user_id=user_id)
    elif _is_of_this_version(user_id):
        _give_to_browser(request, response, gathered, known)


def heed_account(request: HttpRequest, response: HttpResponseBase, gathered: Gathered, *, user_id: int) -> bool:
    """Whether the account has said no, or was erased, on another device; if so, this browser obeys from here on."""
    known = AccountConsent.objects.filter(user_id=user_id).first()
    if known is None and was_erased(user_id, since=gathered.consent.given_at):
        _make_void(response, gathered)
        return True
    if known is None or STORING & set(known.purposes):
        return False
    _give_to_browser(request, response, gathered, known)
    return True


def _make_void(response: HttpResponseBase, gathered: Gathered) -> None:
    # What this browser was told before the erasure says nothing any more; the banner may ask again.
    gathered.consent = REFUSED
    if keeps_answers():
        forget_answer(response)


def _give_to_account(consent: Consent, known: AccountConsent | None, gathered: Gathered, *, user_id: int) -> None:
    # The same answer is taken down once, however often its owner logs in with it.
    if consent.given_at is None or (known and known.changed_at == consent.given_at):
        return
    before = last_line(Person(visitor_id=_id_before_login(gathered)))
    shown = before.text if before and before.given_at == consent.given_at else banner_words()
    language = before.language if before else ""
    had_signal = consent.despite_signal
    note(consent, person=Person(user_id=user_id), text=shown, source="login", language=language, had_signal=had_signal)


def _give_to_browser(
    request: HttpRequest, response: HttpResponseBase, gathered: Gathered, known: AccountConsent
) -> None:
    answer = Consent(frozenset(known.purposes), is_asked=True, given_at=known.changed_at)
    if keeps_answers():
        gathered.consent = REFUSED if has_signal(request) else answer
        remember_answer(response, request, answer)
    else:
        # The shop asks by itself: its no is a no, and so is the account's.
        gathered.consent = Consent(gathered.consent.purposes & answer.purposes, is_asked=True)


def _is_of_this_version(user_id: int) -> bool:
    # An answer to other words than those in force is none: the banner asks again.
    line = last_line(Person(user_id=user_id))
    return line is None or line.text_version == conf.CONSENT_TEXT_VERSION


def _id_before_login(gathered: Gathered) -> uuid.UUID | None:
    return gathered.links[-1].id if gathered.links else None


def _agreed_before(user_id: int | None, consent: Consent) -> frozenset[str]:
    known = AccountConsent.objects.filter(user_id=user_id).first() if user_id is not None else None
    return frozenset(known.purposes) if known is not None else consent.purposes


def _visitor_id(gathered: Gathered) -> uuid.UUID | None:
    # A new yes makes a visitor; a no is taken down under the id that it ends.
    return gathered.visitor_id() or gathered.person.visitor_id


def _loaded(request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    return user if getattr(user, "is_authenticated", False) else None
