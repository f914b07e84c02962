"""Signed first-party cookies, and the promise that no cache gives one person's answer to another."""

from contextlib import suppress
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.module_loading import import_string

from personalization.conf import conf


def read(request: HttpRequest, name: str, *, salt: str) -> str:
    """The value that we signed; empty when there is none, or one that we did not sign."""
    with suppress(signing.BadSignature):
        raw = request.COOKIES.get(name, "")
        return signing.Signer(salt=salt).unsign(raw) if raw else ""
    return ""


def remember(
    response: HttpResponseBase,
    request: HttpRequest,
    name: str,
    value: str,
    *,
    salt: str,
    days: float,
    httponly: bool = True,
) -> None:
    """Gives the browser a signed value, and keeps the answer that carries it out of every cache."""
    keep_private(request, response)
    response.set_cookie(
        name,
        signing.Signer(salt=salt).sign(value),
        max_age=timedelta(days=days),
        secure=_is_secure(request),
        httponly=httponly,
        samesite="Lax",
    )


def forget(response: HttpResponseBase, name: str) -> None:
    """Takes the cookie back."""
    response.delete_cookie(name, samesite="Lax")


def keep_private(request: HttpRequest, response: HttpResponseBase) -> None:
    """No cache, Django's or a stranger's, may give this answer, or the cookie that it sets, to somebody else."""
    request._cache_update_cache = False  # type: ignore[attr-defined]
    patch_vary_headers(response, ["Cookie"])
    patch_cache_control(response, private=True)


def _is_secure(request: HttpRequest) -> bool:
    if conf.VISITOR_COOKIE_SECURE:
        return bool(import_string(conf.VISITOR_COOKIE_SECURE)(request))
    return request.is_secure()
