"""The shoppers of the benches: a stranger who agreed, and a customer. Neither leaves anything in the log."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.core.signing import Signer
from django.test import Client, override_settings

from personalization.conf import conf
from personalization.events.models import Event, Visitor
from personalization.events.visitors import SALT

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
AGREED = {"PERSONALIZATION_CONSENT": "personalization.events.consent.signal_or_yes"}


@contextmanager
def agreed() -> Iterator[None]:
    """Inside, everybody has agreed: what is measured is the work, not the question."""
    with override_settings(**AGREED):
        yield


def browser() -> Client:
    """An ordinary browser that was never here."""
    return Client(headers={"User-Agent": BROWSER})


def become(client: Client, visitor_id: uuid.UUID) -> None:
    """Gives the browser the cookie of this visitor."""
    client.cookies[conf.VISITOR_COOKIE] = Signer(salt=SALT).sign(str(visitor_id))


def shoppers() -> Iterator[tuple[str, Client]]:
    """Each by name, with a browser of its own; its events are gone when the next one is asked for."""
    with visiting() as client:
        yield "stranger", client
    customer = get_user_model().objects.filter(orders__isnull=False, is_staff=False).order_by("pk").first()
    if customer is not None:
        with visiting() as client:
            # A login outside of a page is an event without a visitor, which nobody would find again.
            with override_settings(PERSONALIZATION_ENABLED=False):
                client.force_login(customer, backend="django.contrib.auth.backends.ModelBackend")
            yield "customer", client


@contextmanager
def visiting() -> Iterator[Client]:
    """The browser of a new visitor, who is forgotten in the end."""
    client, visitor_id = browser(), uuid.uuid4()
    become(client, visitor_id)
    try:
        yield client
    finally:
        forget([visitor_id])


def forget(visitor_ids: list[uuid.UUID]) -> None:
    """Takes these visitors and their events out of the log."""
    Event.objects.filter(visitor_id__in=visitor_ids).delete()
    Visitor.objects.filter(pk__in=visitor_ids).delete()
