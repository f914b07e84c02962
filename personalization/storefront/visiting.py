"""The visit going on, as the rules of segments see it: each thing is read when a rule asks for it, and no sooner."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language

from personalization.events.landing import device_of, landing_of
from personalization.events.person import Person
from personalization.events.record import Gathered
from personalization.people import visits
from personalization.people.predict import session
from personalization.people.rules.rule import Visit
from personalization.people.visits import PAGES, SoFar
from personalization.people.weather.now import Outside, weather_in
from personalization.shop.baskets import Lying


class VisitNow(Visit):
    """A visit in the middle of a request. At most one query of its own, and only for what the log alone knows."""

    def __init__(
        self, request: HttpRequest, gathered: Gathered | None, person: Person, *,
        now: datetime, lying: Callable[[], Lying], region: Callable[[], str],
    ) -> None:  # fmt: skip
        # Not as the fields of a `Visit` are kept: each of them is a question here.
        vars(self).update(_request=request, _gathered=gathered, _person=person, _now=now, _lying=lying, _region=region)

    _request: HttpRequest
    _gathered: Gathered | None
    _person: Person
    _now: datetime
    _lying: Callable[[], Lying]
    _region: Callable[[], str]

    @cached_property
    def so_far(self) -> SoFar:
        """What the log knows, and what this page adds to it. Of a browser that was never here: nothing, unasked."""
        gathered, person = self._gathered, self._person
        if gathered is None or person.visitor_id is None:
            known = SoFar()
        else:
            known = visits.read(person, gathered.visit.id if gathered.visit else None, now=self._now)
        kinds = [event.kind for event in gathered.events] if gathered else []
        return replace(
            known, pages=known.pages + sum(kind in PAGES for kind in kinds),
            views=known.views + kinds.count("product_viewed"), searches=known.searches + kinds.count("searched"),
            added=known.added + kinds.count("basket_added"),
        )  # fmt: skip

    @cached_property
    def _landing(self) -> Mapping[str, Any]:
        """Of a visit that the log does not know, this very request."""
        return self.so_far.landing if self.so_far.began_at else landing_of(self._request)

    def _landed(self, name: str) -> str:
        told = self._landing.get(name, "")
        return told if isinstance(told, str) else ""

    @cached_property
    def number(self) -> int:
        """Which visit it is; not known of whom nothing may be kept."""
        return self.so_far.number if self._may_know else 0

    @property
    def _may_know(self) -> bool:
        gathered = self._gathered
        return gathered is not None and gathered.may_remember and gathered.consent.may_use

    @cached_property
    def pages(self) -> int:
        """With this one."""
        return self.so_far.pages

    @cached_property
    def began_at(self) -> datetime | None:
        """With its first page."""
        return self.so_far.began_at or self._now

    @cached_property
    def source(self) -> str:
        """Whence it came."""
        return self._landed("source")

    @cached_property
    def medium(self) -> str:
        """By way of what."""
        return self._landed("medium")

    @cached_property
    def campaign(self) -> str:
        """By which campaign."""
        return self._landed("campaign")

    @cached_property
    def referrer(self) -> str:
        """From which site."""
        return self._landed("referrer")

    @cached_property
    def device(self) -> str:
        """The one in hand."""
        return device_of(self._request)

    @cached_property
    def language(self) -> str:
        """That of this page."""
        return get_language() or ""

    @cached_property
    def region(self) -> str:
        """Where the shopper says to be, else where the shop thinks."""
        return self._region()

    @cached_property
    def _outside(self) -> Outside:
        return weather_in(self.region, now=self._now)

    @cached_property
    def temperature(self) -> float | None:
        """Outside, where they are."""
        return self._outside.temperature

    @cached_property
    def signs(self) -> frozenset[str]:
        """What it does outside."""
        return self._outside.signs

    @cached_property
    def _by_the_clock(self) -> datetime:
        return self._now.astimezone(get_default_timezone())

    @cached_property
    def hour(self) -> int:
        """By the shop's clock."""
        return self._by_the_clock.hour

    @cached_property
    def weekday(self) -> int:
        """By the shop's clock."""
        return self._by_the_clock.weekday()

    @cached_property
    def basket_total(self) -> Decimal | None:
        """Of what lies in the basket now."""
        return self._lying().total

    @cached_property
    def basket_products(self) -> frozenset[int]:
        """What lies in the basket now."""
        return frozenset(self._lying().product_ids)

    @cached_property
    def chance(self) -> float | None:
        """That an order comes on it; of whom nothing may be known nobody can tell."""
        if not self._may_know or self.so_far.is_refused:
            return None
        is_account = self._person.user_id is not None
        return session.chance(self.so_far.as_predicted(now=self._now, device=self.device, is_account=is_account))
