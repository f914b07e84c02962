"""The segments that only a visit decides: which of them hold a customer now, or held them on their last visit."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import get_default_timezone

from personalization.events.person import Person
from personalization.events.visit import WINDOW
from personalization.guard import guarded, unhurried
from personalization.insight.people.who import LastVisit, Who
from personalization.people import visits
from personalization.people.predict import session
from personalization.people.rules.rule import Visit
from personalization.people.segments.models import Segment
from personalization.people.segments.now import Standing
from personalization.people.visits import SoFar
from personalization.people.weather.now import UNKNOWN, weather_in
from personalization.shop.baskets import Lying, lying_of


@dataclass(frozen=True)
class OnVisit:
    """Of which visit this is said, and the segments."""

    at: datetime | None = None
    is_now: bool = False
    segments: tuple[Segment, ...] = ()


def on_visit(who: Who, *, now: datetime) -> OnVisit:
    """By the last visit that the log knows of; of who was never on one, nothing."""
    last = who.last_visit
    if last is None:
        return OnVisit()
    person = Person(last.visitor_id, who.person.user_id)
    with unhurried():
        return guarded(lambda: _held(person, last, now=now), doing="asking for live segments", fallback=OnVisit())


def _held(person: Person, last: LastVisit, *, now: datetime) -> OnVisit:
    so_far = visits.read(person, last.visit_id, now=now)
    if so_far.is_refused or so_far.began_at is None:
        return OnVisit()
    is_now = now - last.seen_at < WINDOW
    held = Standing.of(person, _visit(so_far, person, at=now if is_now else last.seen_at, is_now=is_now)).all_held()
    found = Segment.objects.filter(pk__in=held, is_live=True).order_by("name") if held else ()
    return OnVisit(so_far.began_at, is_now, tuple(found))


def _visit(so_far: SoFar, person: Person, *, at: datetime, is_now: bool) -> Visit:
    """As the log has it. What a stranger's basket comes to only their browser knows."""
    lying = lying_of(person.user_id) if person.user_id is not None else Lying()
    device, is_account = so_far.landed("device"), person.user_id is not None
    source, medium, campaign, referrer = (so_far.landed(name) for name in ("source", "medium", "campaign", "referrer"))
    region, clock = so_far.landed("region"), at.astimezone(get_default_timezone())
    # Nobody keeps what the weather was.
    outside = weather_in(region, now=at) if is_now else UNKNOWN
    return Visit(
        number=so_far.number, pages=so_far.pages, began_at=so_far.began_at, device=device,
        source=source, medium=medium, campaign=campaign, referrer=referrer, language=so_far.landed("language"),
        region=region, temperature=outside.temperature, signs=outside.signs, hour=clock.hour, weekday=clock.weekday(),
        basket_total=lying.total, basket_products=frozenset(lying.product_ids),
        chance=session.chance(so_far.as_predicted(now=at, device=device, is_account=is_account)),
    )  # fmt: skip
