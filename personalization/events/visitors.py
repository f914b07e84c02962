"""The visitor cookie: a random id, signed, first-party; never shown in a page, a log line or an address."""

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

import crawleruseragents
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject, empty
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


def keep_private(request: HttpRequest, response: HttpResponseBase) -> None:
    """No cache, Django's or a stranger's, may give this answer, or the cookie that it sets, to somebody else."""
    request._cache_update_cache = False  # type: ignore[attr-defined]
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True)


def write_cookie(response: HttpResponseBase, request: HttpRequest, visitor_id: uuid.UUID) -> None:
    """Gives the browser its visitor id."""
    keep_private(request, response)
    response.set_cookie(
        conf.VISITOR_COOKIE,
        signing.Signer(salt=SALT).sign(str(visitor_id)),
        max_age=timedelta(days=conf.VISITOR_COOKIE_DAYS),
        secure=_is_secure(request),
        httponly=True,
        samesite="Lax",
    )


def traffic_of(request: HttpRequest) -> str:
    """Shopper or bot, by what the browser calls itself."""
    agent = request.headers.get("User-Agent", "")[:512]
    return Traffic.BOT if crawleruseragents.is_crawler(agent) else Traffic.SHOPPER


def account(user: Any) -> Any:
    """The account behind a request's user, if the page has loaded it anyway: no query of our own."""
    if user is None or (isinstance(user, SimpleLazyObject) and user._wrapped is empty):
        return None
    return user if user.is_authenticated else None


def _is_secure(request: HttpRequest) -> bool:
    if conf.VISITOR_COOKIE_SECURE:
        return bool(import_string(conf.VISITOR_COOKIE_SECURE)(request))
    return request.is_secure()
