"""Sends the letters that are due: from rows, each at most once, whatever becomes of the message that woke the worker.

A row is marked before the mail server is asked. A worker that is killed in between leaves a letter of which nobody can
say whether it went: it is not sent again, and the person may ask anew. What the server itself refused was not sent.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet

from personalization.storefront.leads import letters
from personalization.storefront.leads.confirm import code_for
from personalization.storefront.leads.models import Lead
from personalization.storefront.leads.take import has_letters

logger = logging.getLogger("personalization")
AT_MOST, TRIES, PAUSE = 500, 5, timedelta(minutes=5)


def send_due(*, now: datetime) -> dict[str, int] | None:
    """All that is due, oldest first; None if nothing is. Raises where no mail server answers: all of it still waits."""
    if not _due(now).exists():
        return None
    count = {"sent": 0, "failed": 0}
    with get_connection() as server:
        while sum(count.values()) < AT_MOST and (lead := _claim(now)) is not None:
            try:
                server.send_messages([letters.write(lead, has_letters=has_letters(lead.address), now=now)])
            except Exception as error:
                count["failed"] += 1
                _note_failure(lead, error, now=now)
                # What became of the line nobody knows: the next run has a new one.
                break
            count["sent"] += 1
            Lead.objects.filter(pk=lead.pk).update(post=Lead.Post.SENT, sent_at=now)
    return count


def _due(now: datetime) -> QuerySet[Lead]:
    return Lead.objects.filter(post=Lead.Post.WAITING, due_at__lte=now)


@transaction.atomic
def _claim(now: datetime) -> Lead | None:
    found = _due(now).select_for_update(skip_locked=True, of=("self",)).select_related("offer", "code")
    lead: Lead | None = found.order_by("due_at", "pk").first()
    if lead is not None:
        if lead.letter == Lead.Letter.WELCOME and lead.code is None:
            # It could not be given when the link was pressed, and perhaps it can be now.
            lead.code = code_for(lead, now=now)
        lead.post = Lead.Post.TAKEN
        lead.save(update_fields=["post", "code"])
    return lead


def _note_failure(lead: Lead, error: Exception, *, now: datetime) -> None:
    lead.tries += 1
    lead.post, lead.due_at = Lead.Post.FAILED, None
    if _is_for_now(error) and lead.tries < TRIES:
        lead.post, lead.due_at = Lead.Post.WAITING, now + PAUSE * 2**lead.tries
    lead.save(update_fields=["post", "due_at", "tries"])
    # Whose letter it was stands in the row: a mail server quotes the address.
    logger.warning("a letter of a lead was not sent: %s; it is now %s", type(error).__name__, lead.post)


def _is_for_now(error: Exception) -> bool:
    """The server said that it did not take it, and that it may later."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _told in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 400 <= error.smtp_code < 500
