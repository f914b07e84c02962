"""Takes a batch in: judged, put down to the visitor in hand, and written and counted by one statement."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils import translation

from personalization.events.beacon.batch import Batch
from personalization.events.beacon.judge import judge
from personalization.events.landing import landing_of
from personalization.events.record import Gathered
from personalization.events.write import Reported, SeenVisitor, take
from personalization.guard import guarded

LOCALE = "django.middleware.locale.LocaleMiddleware"


def receive(batch: Batch, *, request: HttpRequest, gathered: Gathered, now: datetime) -> None:
    """Stores what may be stored and counts the rest. Raises what the database raises, and has then done nothing.

    Whose account it is the statement reads from the visitor's row: the session would cost two queries.
    """
    judged = judge(batch.events, consent=gathered.consent, now=now)
    if not judged.events:
        # Nothing worth remembering: no visitor is made for it.
        take([], refused=judged.refused, received=len(batch.events), now=now)
        return
    with _undone_on_failure(gathered):
        sender = _sender(request, gathered, batch.page, now)
        take(
            [*_began(gathered), *judged.events], sender=sender, refused=judged.refused, earlier=judged.earlier,
            received=len(batch.events), now=now,
        )  # fmt: skip


def _sender(request: HttpRequest, gathered: Gathered, page: str, now: datetime) -> SeenVisitor | None:
    visitor_id = gathered.visitor_id()
    gathered.go_on_visiting(now, lambda: _landing(request, page))
    visit_id = gathered.visit.id if gathered.visit else None
    return SeenVisitor(visitor_id, now, None, gathered.traffic, visit_id, has_script=True) if visitor_id else None


def _began(gathered: Gathered) -> list[Reported]:
    """The visit that begins with this batch, if one does: it goes with it. What the shop's own code noted does not."""
    began = [one for one in gathered.events if one.kind == "visit_started"]
    if began:
        gathered.events = [one for one in gathered.events if one.kind != "visit_started"]
    return [Reported(str(one.id), one.kind, one.happened_at, payload=one.payload) for one in began]


@contextmanager
def _undone_on_failure(gathered: Gathered) -> Iterator[None]:
    # Else the middleware would give the browser the cookie of a visitor and a visit that nobody wrote down.
    before = (gathered.person, gathered.is_new_visitor, gathered.visit)
    try:
        yield
    except Exception:
        gathered.person, gathered.is_new_visitor, gathered.visit = before
        gathered.events = []
        raise


def _landing(request: HttpRequest, path: str) -> dict[str, Any]:
    # A visit begins on the page that reports, not at this endpoint; and a callable of the shop may fail.
    landing = partial(landing_of, _page(request, path))
    with translation.override(_language(request)):
        return guarded(landing, doing="reading where a visit began", fallback={})


def _language(request: HttpRequest) -> str | None:
    # The message may have been answered before Django's middleware came to look at it.
    if hasattr(request, "LANGUAGE_CODE") or LOCALE not in settings.MIDDLEWARE:
        return translation.get_language()
    return translation.get_language_from_request(request)


def _page(request: HttpRequest, path: str) -> HttpRequest:
    """The page that reports, as if it had just been asked for."""
    page = copy(request)
    page.META = {name: value for name, value in request.META.items() if name != "HTTP_REFERER"}
    page.path = path.replace("\0", "") if path.startswith("/") else "/"
    vars(page).pop("headers", None)
    vars(page)["GET"] = QueryDict()
    with suppress(ValueError, LookupError, SuspiciousOperation):
        referrer = urlsplit(request.headers.get("Referer", ""))
        if referrer.path == page.path:
            vars(page)["GET"] = QueryDict(referrer.query)
    return page
