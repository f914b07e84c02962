"""What stands signed in forms and links: nobody makes one up, and each is good for one thing."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing

from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.storefront.leads.models import Lead

FORM, CONFIRM, STOP = (f"personalization.leads.{one}" for one in ("form", "confirm", "stop"))
FORM_LASTS, LINK_LASTS = timedelta(days=1), timedelta(days=3)


@dataclass(frozen=True)
class Wish:
    """What a form was shown with: of which pop-up, for which offer, in which words."""

    popup_id: int | None
    offer_id: int | None
    text: str


def form_key(wish: Wish, person: Person) -> str:
    """For a form that is shown to this person: the words come back as they were shown."""
    told = [wish.popup_id, wish.offer_id, wish.text, str(number_of(person))]
    return signing.dumps(told, salt=FORM, compress=True)


def wish_in(key: str, person: Person) -> Wish | None:
    """What the form was shown with; None for another person's, one that is a day old, or one that we did not sign."""
    if not key.isascii():
        return None
    try:
        popup_id, offer_id, text, who = signing.loads(key, salt=FORM, max_age=FORM_LASTS)
    except signing.BadSignature:
        return None
    return Wish(popup_id, offer_id, text) if who == str(number_of(person)) else None


def confirm_key(lead: Lead) -> str:
    """For a link that runs out."""
    return signing.TimestampSigner(salt=CONFIRM).sign(lead.pk.hex)


def stop_key(lead: Lead) -> str:
    """For a link that never does: whoever wants out gets out."""
    return signing.Signer(salt=STOP).sign(lead.pk.hex)


def lead_to_confirm(key: str) -> tuple[Lead | None, bool]:
    """Of a link; and whether it has run out."""
    if not key.isascii():
        return None, False
    signer = signing.TimestampSigner(salt=CONFIRM)
    try:
        return _lead(signer.unsign(key, max_age=LINK_LASTS)), False
    except signing.SignatureExpired:
        return _lead(signer.unsign(key)), True
    except signing.BadSignature:
        return None, False


def lead_to_stop(key: str) -> Lead | None:
    """Of a link."""
    if not key.isascii():
        return None
    try:
        return _lead(signing.Signer(salt=STOP).unsign(key))
    except signing.BadSignature:
        return None


def _lead(name: str) -> Lead | None:
    return Lead.objects.select_related("offer", "code").filter(pk=UUID(name)).first()
