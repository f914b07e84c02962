"""What a visit remembers by itself of somebody of whom nothing may be kept: which doors they chose, in their browser.

A signed cookie that goes as the browser is closed. It holds what was pressed on a page of the shop, and nobody's name.
"""

from collections.abc import Collection, Mapping

from django.http import HttpRequest, HttpResponseBase

from personalization.events import cookies

COOKIE, SALT = "pz_doors", "personalization.doors"
# As much as a browser's cookie of ours may hold.
MOST_DOORS, MOST_CATEGORIES = 3, 20
Chosen = Mapping[int, Collection[int]]


def read(request: HttpRequest) -> dict[int, tuple[int, ...]]:
    """The number of each choice, with its categories; no query."""
    told = cookies.read(request, COOKIE, salt=SALT)
    # We signed it, so it is as we wrote it.
    parts = [one.split("-") for one in told.split(".") if one]
    return {int(choice): tuple(int(one) for one in categories) for choice, *categories in parts}


def keep(response: HttpResponseBase, request: HttpRequest, chosen: Chosen) -> None:
    """Gives the browser the last few."""
    last = [*chosen.items()][-MOST_DOORS:]
    told = ["-".join(str(one) for one in (choice, *[*ids][:MOST_CATEGORIES])) for choice, ids in last]
    if told:
        cookies.remember(response, request, COOKIE, ".".join(told), salt=SALT, days=None)
    else:
        cookies.keep_private(request, response)
        cookies.forget(response, COOKIE)
