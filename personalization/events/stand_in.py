"""Requests that are answered as if somebody else had sent them: the log takes nothing of them.

Whoever answers such requests registers here; the middleware asks before it opens the log.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PARAMETER = "pz_as"
Respond = Callable[[HttpRequest], HttpResponseBase]
Answer = Callable[[HttpRequest, Respond], HttpResponseBase | None]
answers: list[Answer] = []


def answered(request: HttpRequest, respond: Respond) -> HttpResponseBase | None:
    """The answer for somebody else; None for any request that does not ask for one, or may not."""
    if f"{PARAMETER}=" not in request.META.get("QUERY_STRING", ""):
        return None
    found = (answer(request, respond) for answer in answers)
    return next((one for one in found if one is not None), None)
