"""Lets the shop's own view answer for somebody else, and takes back whatever was written on the way."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language

from personalization import shop
from personalization.events import record, stand_in
from personalization.events.consent import Consent, Purpose
from personalization.events.person import Person
from personalization.events.record import in_hand
from personalization.events.stand_in import Respond
from personalization.guard import guarded
from personalization.people.rules.rule import Visit
from personalization.people.segments.now import Standing
from personalization.storefront.request import MAKER, Page
from personalization.storefront.seen_as import token
from personalization.storefront.seen_as.token import SeenAs

# Neither scripts nor forms, and no new windows; with it, a link that would open one leads nowhere.
SANDBOX = "sandbox allow-same-origin"
DEAD_LINKS = b'<base target="_blank">'
_HEAD, _ANCESTORS = re.compile(rb"<head(\s[^>]*)?>", re.IGNORECASE), re.compile(r"frame-ancestors[^;]*;?\s*")
# Somebody who has looked around a little: on a first page no pop-up comes.
PAGES, VISIT = 2, 2


class AsIf(Standing):
    """Where this person stands, and in the segments that they are to be in besides."""

    forced: tuple[int, ...] = ()

    def holds(self, segment_id: int) -> bool:
        """As if."""
        return segment_id in self.forced or super().holds(segment_id)

    def those_of(self, segment_ids: Iterable[int]) -> list[int]:
        """As if."""
        return [one for one in segment_ids if self.holds(one)]


def answer(request: HttpRequest, respond: Respond) -> HttpResponseBase | None:
    """The page as this person would see it; None where the address does not ask for that, or may not."""
    seen = guarded(lambda: token.read(request), doing="reading whom a page is seen as", fallback=None)
    if seen is None:
        return None
    user = guarded(lambda: token.account(seen), doing="reading an account", fallback=None)
    if seen.user_id is not None and user is None:
        return None
    with _instead(request, seen, user), transaction.atomic():
        response = respond(request)
        # An empty basket that the shop opens, a counter, a code: nothing of it was ever there.
        transaction.set_rollback(True)
    return _apart(request, response)


def connect() -> None:
    """The middleware asks here."""
    stand_in.answers.append(answer)


@contextmanager
def _instead(request: HttpRequest, seen: SeenAs, user: Any) -> Iterator[None]:
    own: Any = request
    before = {name: getattr(own, name) for name in ("user", "session", "COOKIES") if hasattr(own, name)}
    language = settings.LANGUAGE_COOKIE_NAME
    kept = {language: own.COOKIES[language]} if language in own.COOKIES else {}
    own.user, own.COOKIES = user or AnonymousUser(), kept
    if "session" in before:
        # In memory alone: it is never saved.
        own.session = import_module(settings.SESSION_ENGINE).SessionStore()
    setattr(own, MAKER, lambda asked: _page(asked, seen))
    consent = Consent(frozenset(Purpose.LABELS), is_asked=True)
    gathering = record.gathering(record.Gathered(consent=consent))
    try:
        yield
    finally:
        record.stop_gathering(gathering)
        vars(own).update(before)


def _page(request: HttpRequest, seen: SeenAs) -> Page:
    person, now = Person(user_id=seen.user_id), seen.at or timezone.now()
    page = Page(request, person, shop.buying(request), now, gathered=in_hand(), seen_as=seen)
    if seen.region:
        page.region = seen.region
    local, lying = now.astimezone(get_default_timezone()), page.lying
    page.visit = Visit(
        number=VISIT, pages=PAGES, began_at=now, source=seen.source, device=seen.device, region=page.region,
        language=get_language() or "", hour=local.hour, weekday=local.weekday(), basket_total=lying.total,
        basket_products=frozenset(lying.product_ids),
    )  # fmt: skip
    page.standing = standing = AsIf(person, page.visit)
    vars(standing)["forced"] = seen.segment_ids
    return page


def _apart(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response.cookies.clear()
    request._cache_update_cache = False  # type: ignore[attr-defined]
    response["Cache-Control"] = "private, no-store"
    response["X-Frame-Options"] = "SAMEORIGIN"
    policy = _ANCESTORS.sub("", response.headers.get("Content-Security-Policy", "")).rstrip("; ")
    own = f"frame-ancestors 'self'; {SANDBOX}"
    response["Content-Security-Policy"] = f"{policy}; {own}" if policy else own
    if isinstance(response, HttpResponse) and not response.headers.get("Content-Encoding"):
        response.content = _HEAD.sub(lambda found: found[0] + DEAD_LINKS, response.content, count=1)
        if "Content-Length" in response.headers:
            response["Content-Length"] = str(len(response.content))
    return response
