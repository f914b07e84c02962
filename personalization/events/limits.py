"""How long the log keeps what, in whole days in UTC: a kind's own days, and the owner's limit for all of them."""

from datetime import date, datetime, timedelta

from personalization.conf import conf
from personalization.events.days import day_of
from personalization.events.kinds import EventKind, kinds


def first_days_kept(now: datetime) -> dict[str, date]:
    """For each kind, the first day of which its events stay."""
    return {kind.name: _first_day(kind.days_kept, now) for kind in kinds}


def first_day_kept(now: datetime) -> date:
    """The first day of which anything stays; what a kind wrote whose code is gone stays as long as that."""
    return min(first_days_kept(now).values(), default=_first_day(EventKind.days_kept, now))


def _first_day(days_kept: int, now: datetime) -> date:
    limit = days_kept if conf.EVENT_DAYS is None else min(days_kept, conf.EVENT_DAYS)
    return day_of(now) - timedelta(days=limit)
