"""What is too old leaves the log, once its daily figures are made; what was counted of it stays for good."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from personalization.conf import conf
from personalization.events import days
from personalization.events.beacon.quarantine import clear_quarantine
from personalization.events.daily import EARLIEST, sum_days, unsummed
from personalization.events.limits import first_day_kept, first_days_kept
from personalization.events.models import DailyFigure, Tally
from personalization.events.partitions import drop_month, months

BATCH = 5000
TALLY_DAYS = 400
# A visitor's fingerprint keeps its late events out; its cookie is gone by then, and nothing can come late any more.
GRACE_DAYS = 30

# By the index of the primary key or that of the kind; a batch is small, so nobody who writes waits for long.
_REMOVE = """
DELETE FROM personalization_event WHERE id IN (
    SELECT id FROM personalization_event WHERE id >= %s AND id < %s {chosen} ORDER BY id LIMIT %s)
"""

# An account's fingerprint looks the same as a visitor's, but it is kept: the account's old orders are still there.
_FORGET = """
DELETE FROM personalization_erasure WHERE erased_at < %s AND subject NOT IN (
    SELECT sha256(convert_to('account:' || {key}, 'UTF8')) FROM {accounts})
"""


def prune(now: datetime) -> dict[str, Any]:
    """Sums what is not summed, then lets go of what is too old; gives how much of each."""
    summed = sum_days(now)
    dropped, waiting = _drop_months(now)
    return summed | {
        "dropped": dropped,
        "waiting": waiting,
        "removed": _remove_rows(now),
        "tallies": Tally.objects.filter(day__lt=days.day_of(now) - timedelta(days=TALLY_DAYS)).delete()[0],
        "unreadable": clear_quarantine(now),
        "fingerprints": _forget_fingerprints(now),
    }


# --- whole months -----------------------------------------------------------------------------------------------------


def _drop_months(now: datetime) -> tuple[int, int]:
    """How many months were dropped, and how many wait for another night because somebody reads the log."""
    first_kept = first_day_kept(now)
    old = [month for month in months() if month.until <= first_kept]
    dropped = sum(drop_month(month, if_agreed=_let_go) for month in old)
    return dropped, len(old) - dropped


def _let_go(since: date, until: date) -> bool:
    """Not as long as a day of it has no figures; those that there are can't be made again from now on."""
    if unsummed(since=since, until=until):
        return False
    DailyFigure.objects.about("shop").filter(day__gte=since, day__lt=until, is_final=False).update(is_final=True)
    return True


# --- row by row -------------------------------------------------------------------------------------------------------


def _remove_rows(now: datetime) -> int:
    """The kinds that are kept for a shorter time, and whatever is left of days of which nothing is kept."""
    first_kept = first_day_kept(now)
    removed = sum(_remove(before=day, kind=kind) for kind, day in first_days_kept(now).items() if day > first_kept)
    return removed + _remove(before=first_kept)


def _remove(*, before: date, kind: str | None = None) -> int:
    removed, day = 0, days.next_day(since=EARLIEST, until=before, kind=kind)
    while day is not None:
        removed += _empty(day, kind)
        day = days.next_day(since=day + days.DAY, until=before, kind=kind)
    return removed


def _empty(day: date, kind: str | None) -> int:
    removed, batch = 0, BATCH
    while batch == BATCH:
        removed += (batch := _remove_batch(day, kind))
    return removed


@transaction.atomic
def _remove_batch(day: date, kind: str | None) -> int:
    """Some of the day's events; none if it was changed since it was summed: then it waits for another night."""
    days.lock(day)
    if not days.is_settled(day):
        return 0
    figures = DailyFigure.objects.about("shop").filter(day=day, is_final=False)
    (figures.filter(kind=kind) if kind else figures).update(is_final=True)
    start, end = days.bounds(day)
    chosen, values = ("AND kind = %s", [kind]) if kind else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE.format(chosen=chosen), [start, end, *values, BATCH])
        return int(cursor.rowcount)


def _forget_fingerprints(now: datetime) -> int:
    """Visitors erased so long ago that no browser can still have their cookie."""
    accounts: Any = get_user_model()._meta
    names = {"accounts": f'"{accounts.db_table}"', "key": f'"{accounts.pk.column}"'}
    with connection.cursor() as cursor:
        cursor.execute(_FORGET.format(**names), [now - timedelta(days=conf.VISITOR_COOKIE_DAYS + GRACE_DAYS)])
        return int(cursor.rowcount)
