"""The ledger of consent: an answer with the words it was given to; the last one of an account counts on any device."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import get_language

from personalization.conf import conf
from personalization.events.consent import Consent, has_signal, remember_answer
from personalization.events.models import AccountConsent, ConsentRecord
from personalization.events.person import Person
from personalization.events.record import Gathered


def note(
    consent: Consent, *, person: Person, text: str, source: str, now: datetime, had_signal: bool = False
) -> ConsentRecord | None:
    """Adds a line to the ledger, and keeps the account's last answer; a stranger's no leaves nothing behind."""
    if not person.is_known:
        return None
    purposes = sorted(consent.purposes)
    if person.user_id is not None:
        AccountConsent.objects.update_or_create(
            user_id=person.user_id, defaults={"purposes": purposes, "changed_at": now}
        )
    return ConsentRecord.objects.create(
        given_at=now,
        visitor_id=person.visitor_id,
        user_id=person.user_id,
        purposes=purposes,
        text_version=conf.CONSENT_TEXT_VERSION,
        text=text,
        language=get_language() or "",
        source=source,
        had_signal=had_signal,
    )


def settle_at_login(
    request: HttpRequest, response: HttpResponseBase, gathered: Gathered, *, user_id: int, now: datetime
) -> None:
    """Browser and account may have answered apart: the newer answer counts for both from here on."""
    consent = gathered.consent
    if has_signal(request) and not consent.despite_signal:
        return
    known = AccountConsent.objects.filter(user_id=user_id).first()
    if known is None or (consent.given_at is not None and consent.given_at >= known.changed_at):
        if consent.given_at is not None:
            note(consent, person=Person(user_id=user_id), text="", source="login", now=consent.given_at)
        return
    gathered.consent = Consent(frozenset(known.purposes), is_asked=True, given_at=known.changed_at)
    remember_answer(response, request, gathered.consent)
