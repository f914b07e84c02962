"""A visit: what one browser does until it gives no sign for half an hour. Its cookie holds its id and the last sign."""

import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponseBase

from personalization.events.cookies import forget, read, remember
from personalization.events.identifiers import event_id

COOKIE, SALT = "pz_visit", "personalization.visit"
WINDOW = timedelta(minutes=30)
# The cookie is written anew so often, not with each page: a page without a cookie of ours can be kept by a cache.
FRESH = timedelta(minutes=1)


@dataclass(frozen=True)
class Visit:
    """The visit in hand; `id` is also the id of its event `visit_started`."""

    id: uuid.UUID
    seen_at: datetime
    is_new: bool = False
    is_kept: bool = True


def current_visit(request: HttpRequest, *, now: datetime) -> Visit | None:
    """The visit that the cookie tells of, unless it is over."""
    with suppress(ValueError):
        identifier, _, seconds = read(request, COOKIE, salt=SALT).partition(".")
        if identifier:
            seen_at = datetime.fromtimestamp(int(seconds), UTC)
            return Visit(uuid.UUID(identifier), seen_at) if timedelta(0) <= now - seen_at < WINDOW else None
    return None


def carried_on(visit: Visit | None, *, now: datetime) -> Visit:
    """The same visit with a sign of now, or a new one."""
    if visit is None:
        return Visit(event_id(now), now, is_new=True, is_kept=False)
    return replace(visit, seen_at=now, is_kept=False) if now - visit.seen_at >= FRESH else visit


def write_cookie(response: HttpResponseBase, request: HttpRequest, visit: Visit) -> None:
    """Gives the browser the visit, until half an hour from now."""
    value = f"{visit.id.hex}.{int(visit.seen_at.timestamp())}"
    remember(response, request, COOKIE, value, salt=SALT, days=WINDOW / timedelta(days=1))


def forget_cookie(response: HttpResponseBase) -> None:
    """The next page begins another visit."""
    forget(response, COOKIE)
