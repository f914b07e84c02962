"""One person's days once more, with the pop-up live: by its own rules, its caps, and the budget of all pop-ups."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import get_default_timezone

from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.rules.rule import Visit
from personalization.storefront.popups.ledger import Line
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.replay.count import HOUR, Count, Counts
from personalization.storefront.popups.replay.log import BOUGHT, SHOWN, STARTED, Deed
from personalization.storefront.popups.replay.pages import Seen, pages_of
from personalization.storefront.popups.sight import BASKET_KINDS, GOAL_KINDS, LATELY, AtHand
from personalization.storefront.popups.weighing import Scene, why_not
from personalization.storefront.triggers.trigger import Moment

# Who is in which segments: asked with a number of somebody, a moment, and the visit going on.
IsIn = Callable[[uuid.UUID | None, datetime, Visit, Iterable[int]], bool]
CAPS = ("own_", "budget_")


@dataclass(frozen=True)
class Play:
    """The pop-up as if it had been live all the time, and what the walk through somebody's days needs beside it."""

    popup: Popup
    since: datetime
    # Of one piece, as of today: the log does not say what lay in a basket for how much.
    prices: Mapping[int, Decimal]
    is_in: IsIn


@dataclass
class _Trip:
    """A visit so far."""

    number: int = 0
    pages: int = 0
    began_at: datetime | None = None
    landing: Mapping[str, Any] = field(default_factory=dict)
    touched_at: datetime | None = None


@dataclass
class _Side:
    """A ledger, with what became of each visit in it."""

    lines: list[Line] = field(default_factory=list)
    shown: set[uuid.UUID] = field(default_factory=set)
    held: dict[uuid.UUID, str] = field(default_factory=dict)


def play(deeds: Sequence[Deed], game: Play, counts: Counts) -> None:
    """Adds to the counts what it would have done with this person."""
    _Walk(game, counts).through(deeds)


def waited_for(popup: Popup, moment: Moment, seen: Seen) -> bool | None:
    """Its moment came while the page was open; None where the log does not tell."""
    trigger = popup.trigger_object()
    if trigger is None:
        return False
    told = trigger.told(moment, popup.moment)
    seconds = told.get("seconds")
    if trigger.waits_for == "scroll":
        return None if seen.end is None else seen.end.scrolled >= told["percent"]
    if seconds is not None and _was_left_before(seen, seconds):
        return False
    if trigger.waits_for != "time":
        return None
    # The few calm seconds of a pop-up that hangs on nothing else pass on nearly every page.
    return True if seen.end is not None or not trigger.needs_browser else None


def _was_left_before(seen: Seen, seconds: float) -> bool:
    if seen.end is not None:
        return seen.end.seconds < seconds
    return seen.next_at is not None and seen.next_at - seen.at < timedelta(seconds=seconds)


class _Walk:
    def __init__(self, game: Play, counts: Counts) -> None:
        self.game, self.counts = game, counts
        self.trips: dict[uuid.UUID, _Trip] = defaultdict(_Trip)
        self.views: dict[tuple[uuid.UUID | None, int | None], list[datetime]] = defaultdict(list)
        self.deeds: dict[tuple[uuid.UUID | None, str], datetime] = {}
        self.basket: dict[Any, tuple[int, int]] = {}
        self.visits_before: Counter[uuid.UUID | None] = Counter()
        self.sure, self.most = _Side(), _Side()

    def through(self, deeds: Sequence[Deed]) -> None:
        """All days of one person, and their sum."""
        visits, moments = set(), set()
        for one in _in_order(deeds, pages_of(deeds)):
            if isinstance(one, Deed):
                self._note(one)
                continue
            trip = self._opened(one)
            if one.visit_id is None or (trip.began_at or one.at) < self.game.since:
                continue
            visits.add(one.visit_id)
            if not one.is_left_in_peace and self._meets(one, trip):
                moments.add(one.visit_id)
        bought = [one.at for one in deeds if one.kind == BOUGHT]
        self.counts.people += bool(visits)
        self.counts.visits += len(visits)
        self.counts.moments += len(moments)
        self._add(self.counts.sure, self.sure, bought)
        self._add(self.counts.most, self.most, bought)

    # --- what was done ---

    def _note(self, deed: Deed) -> None:
        if deed.kind == SHOWN:
            line = Line(deed.product_id or 0, deed.at, deed.visit_id)
            self.sure.lines.append(line)
            self.most.lines.append(line)
        elif deed.kind == STARTED and deed.visit_id is not None:
            self._started(deed, deed.visit_id)
        elif deed.kind in BASKET_KINDS:
            self._put(deed)
            if deed.visit_id is not None:
                self.trips[deed.visit_id].touched_at = deed.at
        elif deed.kind == BOUGHT:
            self.basket.clear()
        if deed.kind in GOAL_KINDS:
            self.deeds[deed.visitor_id, deed.kind] = deed.at

    def _started(self, deed: Deed, visit_id: uuid.UUID) -> None:
        self.visits_before[deed.visitor_id] += 1
        told = deed.told.get("number")
        trip = self.trips[visit_id]
        # A file of visits does not say which one each was; of those in it, it can be counted.
        trip.number = told if isinstance(told, int) else self.visits_before[deed.visitor_id]
        trip.landing, trip.began_at = deed.told, trip.began_at or deed.at

    def _put(self, deed: Deed) -> None:
        key = deed.told.get("line") or deed.variant_id or deed.product_id
        pieces = deed.quantity or (1 if deed.kind == "basket_added" else 0)
        before = self.basket.get(key, (0, 0))[1] if deed.kind == "basket_added" else 0
        if deed.kind == "basket_removed" or before + pieces <= 0:
            self.basket.pop(key, None)
        else:
            self.basket[key] = (deed.product_id or 0, before + pieces)

    def _opened(self, seen: Seen) -> _Trip:
        deed, trip = seen.deed, self.trips[seen.visit_id or uuid.UUID(int=0)]
        trip.began_at = trip.began_at or seen.at
        if not seen.is_by_its_end:
            trip.pages += 1
            if deed.kind == "product_viewed":
                self.views[deed.visitor_id, deed.product_id].append(seen.at)
        return trip

    # --- what the pop-up says to it ---

    def _meets(self, seen: Seen, trip: _Trip) -> bool:
        """Its moment may have come on this page; notes a showing, or what held it back."""
        popup, scene = self.game.popup, self._scene(seen, trip)
        if why_not(popup, scene):
            return False
        waited = waited_for(popup, scene.moment, seen)
        if waited is False:
            return False
        if waited:
            self._shows(self.sure, scene)
        self._shows(self.most, scene)
        return True

    def _shows(self, side: _Side, scene: Scene) -> None:
        if scene.visit_id is None:
            return
        why = why_not(self.game.popup, replace(scene, lines=side.lines))
        if why:
            side.held.setdefault(scene.visit_id, why)
        else:
            side.lines.append(Line(self.game.popup.pk, scene.now, scene.visit_id))
            side.shown.add(scene.visit_id)

    def _scene(self, seen: Seen, trip: _Trip) -> Scene:
        deed, at = seen.deed, seen.at
        person = Person(deed.visitor_id, deed.user_id)
        total, who = self._total(), number_of(person)
        touched = trip.touched_at
        moment = Moment(
            page=trip.pages, visit=trip.number if person.visitor_id else 0, product_id=seen.product_id,
            product_views=self._views(seen) if person.visitor_id else 0,
            results=seen.results, basket_total=total,
            basket_seconds=(at - touched).total_seconds() if touched else None,
        )  # fmt: skip
        done = {kind: when for (visitor, kind), when in self.deeds.items() if visitor and visitor == deed.visitor_id}
        at_hand = AtHand(deeds=done)
        visit = _VisitThen(trip, at, total, self.basket)
        return Scene(
            at, moment, seen.kind, (), at_hand, str(who or seen.visit_id or ""), seen.visit_id,
            is_for=lambda whom: whom.has(lambda ids: self.game.is_in(who, at, visit.told(), ids)),
        )  # fmt: skip

    def _views(self, seen: Seen) -> int:
        opened = self.views.get((seen.deed.visitor_id, seen.product_id), ())
        return sum(seen.at - LATELY < one for one in opened)

    def _total(self) -> Decimal | None:
        if not self.basket:
            return None
        return sum((pieces * self.game.prices.get(one, Decimal(0)) for one, pieces in self.basket.values()), Decimal(0))

    # --- the sum ---

    def _add(self, count: Count, side: _Side, bought: Sequence[datetime]) -> None:
        own = [one.at for one in side.lines if one.popup_id == self.game.popup.pk]
        count.showings += len(own)
        count.people += bool(own)
        count.visits += len(side.shown)
        count.bought += any(at <= one < at + HOUR for at in own for one in bought)
        count.held.update(why for visit, why in side.held.items() if visit not in side.shown)
        count.days.update(at.astimezone(get_default_timezone()).date().isoformat() for at in own)


@dataclass(frozen=True)
class _VisitThen:
    """The visit as the rules of segments see it, made only if one asks."""

    trip: _Trip
    at: datetime
    total: Decimal | None
    basket: Mapping[Any, tuple[int, int]]

    def told(self) -> Visit:
        """What the log knows of it; the weather of then, and the chance of an order, nobody kept."""
        landed: dict[str, Any] = {
            name: text for name in _LANDED if isinstance(text := self.trip.landing.get(name), str)
        }
        local = self.at.astimezone(get_default_timezone())
        return Visit(
            number=self.trip.number, pages=self.trip.pages, began_at=self.trip.began_at, hour=local.hour,
            weekday=local.weekday(), basket_total=self.total,
            basket_products=frozenset(product for product, _pieces in self.basket.values()), **landed,
        )  # fmt: skip


_LANDED = ("source", "medium", "campaign", "referrer", "device", "language", "region")


def _in_order(deeds: Sequence[Deed], pages: Sequence[Seen]) -> Iterator[Deed | Seen]:
    """What was done before a page was made stands before it, and so does what was noted with it."""
    told = [(one.at, 0, one) for one in deeds] + [(one.at, 1, one) for one in pages]
    return (one for _at, _turn, one in sorted(told, key=lambda each: each[:2]))
