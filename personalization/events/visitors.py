"""The visitor cookie: a random id, signed, first-party; never shown in a page, a log line or an address."""

import uuid
from contextlib import suppress
from datetime import timedelta

import crawleruseragents
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from personalization.conf import conf
from personalization.events.kinds import Traffic

SALT = "personalization.visitor"


def read_cookie(request: HttpRequest) -> uuid.UUID | None:
    """The visitor id that the browser brought; None when there is none, or one that we did not sign."""
    with suppress(signing.BadSignature, ValueError):
        raw = request.COOKIES.get(conf.VISITOR_COOKIE, "")
        return uuid.UUID(signing.Signer(salt=SALT).unsign(raw)) if raw else None
    return None


def write_cookie(response: HttpResponseBase, request: HttpRequest, visitor_id: uuid.UUID) -> None:
    """Gives the browser its visitor id."""
    response.set_cookie(
        conf.VISITOR_COOKIE,
        signing.Signer(salt=SALT).sign(str(visitor_id)),
        max_age=timedelta(days=conf.VISITOR_COOKIE_DAYS),
        secure=_is_secure(request),
        httponly=True,
        samesite="Lax",
    )


def traffic_of(request: HttpRequest) -> str:
    """Shopper, staff or bot. Staff is known only where the page has loaded the user anyway: no query of our own."""
    user = getattr(request, "_cached_user", None)
    if user is not None and getattr(user, "is_staff", False):
        return Traffic.STAFF
    agent = request.headers.get("User-Agent", "")[:512]
    return Traffic.BOT if crawleruseragents.is_crawler(agent) else Traffic.SHOPPER


def _is_secure(request: HttpRequest) -> bool:
    if conf.VISITOR_COOKIE_SECURE:
        return bool(import_string(conf.VISITOR_COOKIE_SECURE)(request))
    return request.is_secure()
