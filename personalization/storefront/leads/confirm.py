"""What the links of letters do: a wish becomes a subscription with its code, or comes to its end."""

from datetime import datetime
from functools import partial

from django.db import connection, transaction

from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import PersonalCode
from personalization.events.ledger import note_letters
from personalization.events.person import Person
from personalization.guard import guarded
from personalization.storefront.leads.models import Lead

_WAIT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1818583396))"


def confirm(lead: Lead, *, now: datetime) -> Lead | None:
    """The subscription of this address, now or since earlier; None where the wish was taken back. Harmless again."""
    with transaction.atomic():
        _take_turns(lead.address)
        lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if lead.stopped_at is not None:
            return None
        if (earlier := subscription_of(lead)) is not None:
            return earlier
        # Only a no of the account can stand in the way by now: this is the newer word.
        others = Lead.objects.filter(address=lead.address, confirmed_at__isnull=False, stopped_at=None)
        others.exclude(pk=lead.pk).update(stopped_at=now)
        lead.confirmed_at = now
        lead.code = code_for(lead, now=now)
        lead.letter, lead.post, lead.due_at, lead.tries = Lead.Letter.WELCOME, Lead.Post.WAITING, now, 0
        lead.save()
        note_letters(person_of(lead), agrees=True, text=lead.text, source="lead", language=lead.language, now=now)
    return lead


def stop(lead: Lead, *, now: datetime) -> None:
    """No more letters to this address, whichever wishes it had."""
    with transaction.atomic():
        _take_turns(lead.address)
        mine = Lead.objects.filter(address=lead.address, stopped_at=None)
        confirmed = list(mine.filter(confirmed_at__isnull=False))
        mine.filter(post=Lead.Post.WAITING).update(post=Lead.Post.NONE)
        mine.update(stopped_at=now)
        for one in confirmed:
            note_letters(person_of(one), agrees=False, text="", source="letter", language=one.language, now=now)


def subscription_of(lead: Lead) -> Lead | None:
    """Of this address, whichever wish it came from."""
    found = Lead.objects.subscribed().filter(address=lead.address)
    return found.select_related("offer", "code").first()


def code_for(lead: Lead, *, now: datetime) -> PersonalCode | None:
    """One of the offer for each address: whoever had theirs is given no other."""
    if lead.offer is None:
        return None
    had = Lead.objects.filter(address=lead.address, offer_id=lead.offer_id, code__isnull=False)
    if (before := had.select_related("code").first()) is not None:
        return before.code
    give = partial(issue, lead.offer, person_of(lead), reason="popup", now=now)
    return guarded(give, doing="giving the code of a lead", fallback=None, writes=True)


def person_of(lead: Lead) -> Person:
    """Whoever left the address."""
    return Person(lead.visitor_id, lead.user_id)


def _take_turns(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAIT, [address])
