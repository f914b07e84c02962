"""Orders are the truth: the sweep compares order lines with purchase events, day by day, and heals both ways."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from personalization import shop
from personalization.conf import conf
from personalization.events.accounts import staff_of
from personalization.events.days import begin, day_of, sum_again
from personalization.events.identifiers import first_id
from personalization.events.kinds import Traffic
from personalization.events.limits import first_days_kept
from personalization.events.models import Event
from personalization.events.partitions import ensure_partitions
from personalization.events.purchases import KIND, purchase_events
from personalization.events.write import NewEvent, write

BATCH = 5000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Healed:
    """What a sweep found."""

    lines: int = 0
    added: int = 0
    removed: int = 0

    def __add__(self, other: "Healed") -> "Healed":
        return Healed(self.lines + other.lines, self.added + other.added, self.removed + other.removed)


def sweep(*, now: datetime) -> Healed:
    """Compares the orders of the last SWEEP_DAYS with the log."""
    return _over_days(now - timedelta(days=conf.SWEEP_DAYS), now, progress=lambda done, total: None)


def import_history(*, now: datetime, progress: Progress = lambda done, total: None) -> Healed:
    """Fills the log from every order that it may keep; each day is one transaction, so it may be stopped anywhere."""
    first = shop.first_order_at()
    if first is None:
        return Healed()
    # What is older would leave the log with the next night.
    first = max(first, begin(first_days_kept(now)[KIND]))
    ensure_partitions(now, since=first)
    return _over_days(first, now, progress=progress)


def _over_days(first: datetime, last: datetime, *, progress: Progress) -> Healed:
    days, healed = list(_days(first, last)), Healed()
    for number, day in enumerate(days, 1):
        healed += _heal(day, day + timedelta(days=1))
        progress(number, len(days))
    return healed


def _days(first: datetime, last: datetime) -> Iterator[datetime]:
    day = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= last:
        yield day
        day += timedelta(days=1)


@transaction.atomic
def _heal(start: datetime, end: datetime) -> Healed:
    # The log first: an order that comes between the two looks is then missing, not an event without an order.
    # A purchase without a line of an order comes from a file, and is not the orders' to take back.
    logged = Event.objects.filter(kind=KIND, id__gte=first_id(start), id__lt=first_id(end), payload__has_key="line")
    known = {event.id: event for event in logged}
    lines = list(shop.order_lines(since=start, until=end))
    owners = {line.id: line.user_id for line in lines}
    told = {event.id: event for event in purchase_events(lines)}
    stale = {key for key, event in known.items() if key not in told or _differ(event, told[key], owners)}
    staff = staff_of(owners.values()) if told.keys() - known.keys() else set()
    missing = [
        _as_logged(event, known.get(key), is_staff=owners[event.payload["line"]] in staff)
        for key, event in told.items()
        if key not in known or key in stale
    ]
    if stale:
        logged.filter(id__in=stale).delete()
    added = sum(write(missing[position : position + BATCH]) for position in range(0, len(missing), BATCH))
    if added or stale:
        sum_again(day_of(start))
    return Healed(lines=len(told), added=added, removed=len(stale))


def _differ(logged: Event, told: NewEvent, owners: dict[int, int | None]) -> bool:
    # A purchase that was logged without a name, for want of consent or after an erasure, is never given one.
    if logged.user_id is not None and logged.user_id != owners[told.payload["line"]]:
        return True
    # A store that nobody tells any longer stays as it was told once.
    store = told.payload.get("store")
    return _facts(logged) != _facts(told) or (store is not None and store != logged.payload.get("store"))


def _facts(event: NewEvent | Event) -> tuple[object, ...]:
    return (event.product_id, event.variant_id, event.quantity, event.value)


def _as_logged(event: NewEvent, before: Event | None, *, is_staff: bool) -> NewEvent:
    # The order does not know the browser that it came from; only the log does.
    if before is None:
        return replace(event, traffic=Traffic.STAFF) if is_staff else event
    named = event.user_id if before.user_id is not None else None
    return replace(event, user_id=named, visitor_id=before.visitor_id, visit_id=before.visit_id, traffic=before.traffic)
