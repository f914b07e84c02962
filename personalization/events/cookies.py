"""Signed first-party cookies, and the promise that no cache gives one person's answer to another."""

from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.module_loading import import_string

from personalization.conf import conf

# Ours are a quarter of it; what a stranger sends must not decide how much is remembered.
LONGEST = 512


def read(request: HttpRequest, name: str, *, salt: str) -> str:
    """The value that we signed; empty when there is none, or one that we did not sign."""
    raw = request.COOKIES.get(name, "")
    if len(raw) > LONGEST:
        return ""
    return _unsigned(raw, salt, settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)) if raw else ""


@lru_cache(maxsize=4096)
def _unsigned(raw: str, salt: str, key: str, earlier_keys: tuple[str, ...]) -> str:
    # A browser brings the same cookies with each of its pages. The keys are part of what is remembered: a signature
    # made with a key that was withdrawn is worth nothing from that moment on.
    try:
        return signing.Signer(key=key, salt=salt, fallback_keys=list(earlier_keys)).unsign(raw)
    except signing.BadSignature:
        return ""


def remember(
    response: HttpResponseBase,
    request: HttpRequest,
    name: str,
    value: str,
    *,
    salt: str,
    days: float | None,
    httponly: bool = True,
) -> None:
    """Gives the browser a signed value, and keeps the answer that carries it out of every cache.

    Without `days` the browser forgets it as it is closed.
    """
    keep_private(request, response)
    response.set_cookie(
        name,
        signing.Signer(salt=salt).sign(value),
        max_age=None if days is None else timedelta(days=days),
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
