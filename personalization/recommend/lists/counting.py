"""Keeps the sums level with the log: what is new is summed, what was changed is summed again, and nothing else is read.

An hour stays open for a while after its end, for pages that are slow to write. What comes even later is noted by a
trigger of the log as a `LateHour`. As three looks of a shopper count in a day, a changed hour takes the rest of its day
along.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from personalization.conf import conf
from personalization.events.days import begin, day_of, next_day
from personalization.events.limits import first_days_kept
from personalization.recommend.lists.models import ListClock, ListCount, ListScope, ListTotal, ShopperGroup
from personalization.recommend.lists.sums import Stretch, Windows, fold, forget, move_on, sum_stretch, total_all
from personalization.recommend.periods import BY_THE_HOUR, PERIODS, first_moment, hour_of, midnight_of

OPEN_AFTER_ITS_END = timedelta(minutes=15)
# Who began to write while an hour was open, and was done only when it was closed, noted nothing; by the morning
# everybody is done.
MADE_GOOD_AFTER = timedelta(hours=6)
DAY = timedelta(days=1)
KEPT = timedelta(days=400)
KINDS = ("purchased", "basket_added", "product_viewed")
# Cancellations reach back as far as the sweep does. More changed days than that wait for the next refreshments: the
# log of a large shop is summed at some days a second, and lists of today must not wait for last year.
DAYS_AT_ONCE = 40

# In one statement: a note that comes in between stays for the next time.
_TAKE_NOTES = """
DELETE FROM personalization_latehour WHERE begins >= coalesce((
    SELECT min(day) FROM (
        SELECT DISTINCT date_trunc('day', begins, 'UTC') AS day FROM personalization_latehour ORDER BY 1 DESC LIMIT %s
    ) AS newest), '-infinity')
RETURNING begins
"""


def count_what_is_new(*, now: datetime) -> int:
    """Brings counts and totals up to this moment; gives how many counts have changed."""
    with transaction.atomic():
        hold()
        clock = _clock(now)
    with transaction.atomic():
        # Between two refreshments that run at once, the second goes on from where the first has got to.
        hold()
        clock.refresh_from_db()
        return _go_on(clock, now) if clock.is_filled else _fill(clock, now)


def hold() -> None:
    """Nobody else refreshes until the transaction in hand commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personalization.rankings'))")


def windows_at(now: datetime) -> Windows:
    """The first moment of each period."""
    return {period: first_moment(period, now) for period in PERIODS.values}


def _clock(now: datetime) -> ListClock:
    """The clock; a new one, empty, where there is none or the sums were made with something else.

    It is committed before the log is read: what comes late from then on is noted.
    """
    made_with = {"bulk_quantity": conf.BULK_QUANTITY, "groupings": _groupings()}
    clock = ListClock.objects.first()
    is_usable = clock is not None and clock.is_filled and clock.refreshed_at <= now
    if clock is not None and is_usable and all(getattr(clock, name) == value for name, value in made_with.items()):
        return clock
    values = {"open_since": _open_since(now), "refreshed_at": now, "is_filled": False, **made_with}
    return ListClock.objects.update_or_create(pk=1, defaults=values)[0]


def _groupings() -> str:
    names = ShopperGroup.objects.order_by("grouping").values_list("grouping", flat=True).distinct()
    return " ".join(names)


def _open_since(now: datetime) -> datetime:
    return hour_of(now - OPEN_AFTER_ITS_END)


def _fill(clock: ListClock, now: datetime) -> int:
    for table in (ListCount, ListTotal, ListScope):
        table.objects.all().delete()
    first = max(midnight_of(now - KEPT), begin(min(first_days_kept(now)[kind] for kind in KINDS)))
    stretches = [Stretch(day, day + DAY, _unit(day, now)) for day in _days_with_events(first, now)]
    changed = sum(sum_stretch(one, until=now, windows={}) for one in stretches)
    total_all(windows_at(now))
    _set(clock, now)
    return changed


def _go_on(clock: ListClock, now: datetime) -> int:
    old, new = windows_at(clock.refreshed_at), windows_at(now)
    late = _late_days(clock, now)
    changed = sum(sum_stretch(one, until=now, windows=old) for one in _to_sum(late, clock, now))
    move_on(old, new)
    # Last of all: a period that begins within a day can't leave behind half of it.
    fold(since=midnight_of(clock.refreshed_at - BY_THE_HOUR), until=midnight_of(now - BY_THE_HOUR))
    forget(midnight_of(now - KEPT))
    _set(clock, now)
    return changed


def _late_days(clock: ListClock, now: datetime) -> dict[datetime, datetime]:
    """The first changed hour of each changed day, of the newest such days; their notes are taken off."""
    found: dict[datetime, datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NOTES, [DAYS_AT_ONCE])
        for (hour,) in cursor.fetchall():
            found[midnight_of(hour)] = min(found.get(midnight_of(hour), hour), hour)
    # What left the log because of its age stays counted.
    kept = max(begin(max(first_days_kept(now)[kind] for kind in KINDS)), midnight_of(now - KEPT))
    return {day: hour for day, hour in found.items() if day >= kept and hour < clock.open_since}


def _to_sum(late: dict[datetime, datetime], clock: ListClock, now: datetime) -> Iterator[Stretch]:
    """Every changed stretch, and all from the first open hour on, day by day."""
    firsts = dict(late)
    day = midnight_of(clock.open_since)
    before, after = (midnight_of(moment - MADE_GOOD_AFTER) for moment in (clock.refreshed_at, now))
    if before < after:
        # Once a day the day before is read whole: whatever slipped through is made good.
        day = before
        firsts[day] = day
    while day <= now:
        firsts[day] = min(firsts.get(day, now), max(day, clock.open_since))
        day += DAY
    for day, first in sorted(firsts.items()):
        unit = _unit(day, clock.refreshed_at)
        yield Stretch(first if unit == "hour" else day, day + DAY, unit)


def _unit(day: datetime, now: datetime) -> str:
    return "hour" if day >= midnight_of(now - BY_THE_HOUR) else "day"


def _days_with_events(first: datetime, now: datetime) -> Iterable[datetime]:
    until = day_of(now) + DAY
    day = next_day(since=day_of(first), until=until)
    while day is not None:
        yield begin(day)
        day = next_day(since=day + DAY, until=until)


def _set(clock: ListClock, now: datetime) -> None:
    clock.open_since, clock.refreshed_at, clock.is_filled = _open_since(now), now, True
    clock.save()
