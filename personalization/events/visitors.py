"""Who is there: the visitor cookie, a random id never shown in a page, a log line or an address; and what made it."""

import uuid
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty
from is_bot import Bots

from personalization.conf import conf
from personalization.events.cookies import forget, read, remember
from personalization.events.kinds import Traffic

SALT = "personalization.visitor"
DECLARED = Bots()
# No browser has a longer name; what a stranger sends must not decide how long the patterns take.
LONGEST_AGENT = 512
AHEAD = ("prefetch", "prerender", "preview")
# As WSGI and ASGI call them: Django's `request.headers` turns all headers of a request into others first.
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")


def read_cookie(request: HttpRequest) -> uuid.UUID | None:
    """The visitor id that the browser brought; None when there is none, or one that we did not sign."""
    with suppress(ValueError):
        value = read(request, conf.VISITOR_COOKIE, salt=SALT)
        return uuid.UUID(value) if value else None
    return None


def write_cookie(response: HttpResponseBase, request: HttpRequest, visitor_id: uuid.UUID) -> None:
    """Gives the browser its visitor id."""
    remember(response, request, conf.VISITOR_COOKIE, str(visitor_id), salt=SALT, days=conf.VISITOR_COOKIE_DAYS)


def forget_cookie(response: HttpResponseBase) -> None:
    """The browser is nobody's again."""
    forget(response, conf.VISITOR_COOKIE)


def traffic_of(request: HttpRequest) -> str:
    """Shopper or bot, by what the browser calls itself; no browser calls itself nothing."""
    agent = request.META.get("HTTP_USER_AGENT", "").strip()
    return traffic_named(agent) if agent else Traffic.BOT


def traffic_named(agent: str) -> str:
    """The same of a browser that called itself so."""
    return Traffic.BOT if _is_crawler(agent[:LONGEST_AGENT]) else Traffic.SHOPPER


@lru_cache(maxsize=4096)
def _is_crawler(agent: str) -> bool:
    # Some hundred patterns in one: a little too dear for each page of the same browser.
    return bool(DECLARED.is_bot(agent))


def is_looked_at(request: HttpRequest) -> bool:
    """A person asked for this page: not a browser that fetches ahead, not a HEAD request of a link checker."""
    if request.method == "HEAD":
        return False
    told = [request.META[name].lower() for name in PURPOSES if name in request.META]
    return not any(word in one for one in told for word in AHEAD)


def account(user: Any) -> Any:
    """The account behind a request's user, if the page has loaded it anyway: no query of our own."""
    if user is None or (isinstance(user, SimpleLazyObject) and user._wrapped is empty):
        return None
    return user if user.is_authenticated else None
