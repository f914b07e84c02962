"""Remembers in a browser that its owner does not want to see the checklist any more."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

# Of this browser alone: a colleague who begins tomorrow has the list before them again.
COOKIE, AWAY = "pz_first_steps", "away"
KEPT = timedelta(days=400)


def is_put_away(request: HttpRequest) -> bool:
    """Whoever looks did not want to see it any more."""
    return request.COOKIES.get(COOKIE) == AWAY


def put_away(response: HttpResponse, *, is_away: bool) -> None:
    """Remembers it in this browser, for the admin's pages alone."""
    path = reverse("admin:index")
    if is_away:
        response.set_cookie(
            COOKIE, AWAY, max_age=KEPT, path=path, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    else:
        response.delete_cookie(COOKIE, path=path, samesite="Lax")
