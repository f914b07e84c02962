"""Consent callables of shops that ask by themselves."""

from typing import Any

from django.http import HttpRequest


def nothing_yet(request: HttpRequest) -> None:
    """Not asked."""


def no(request: HttpRequest) -> bool:
    """Refused."""
    return False


def yes(request: HttpRequest) -> bool:
    """Agreed."""
    return True


def only_counting(request: HttpRequest) -> list[str]:
    """Agreed to be counted, and to something of the shop's own."""
    return ["analytics", "the shop's own newsletter"]


def manager_s_cookie(request: HttpRequest) -> list[str] | None:
    """As a consent manager does it: the names stand in a cookie of its own."""
    told = request.COOKIES.get("manager")
    return told.split("+") if told is not None else None


def broken(request: HttpRequest) -> Any:
    """Fails."""
    raise ZeroDivisionError


def nonsense(request: HttpRequest) -> Any:
    """Gives what nobody can read."""
    return "analytics"
