"""The job behind the lists of searches: follows what is new in the log, and lists again what it moved."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from personalization.events.days import begin, day_of, next_day
from personalization.recommend.searches.follow import follow
from personalization.recommend.searches.lists import list_again, list_all_again
from personalization.recommend.searches.models import SearchClock, SearchList
from personalization.recommend.searches.visits import SEARCH

# How long ago a search may be that still says what people want.
SPAN = timedelta(days=120)
# Events of pages that are slow to write come a little late.
LATE = timedelta(minutes=15)
DAY = timedelta(days=1)


def refresh_searches(*, now: datetime) -> dict[str, int]:
    """Brings the lists up to this moment; once a day yesterday is followed whole, and every list is made anew."""
    with transaction.atomic():
        _hold()
        clock = SearchClock.objects.first()
        oldest = now - SPAN
        is_new_day = clock is None or day_of(clock.followed_until) != day_of(now)
        since = _since(clock, now, is_new_day=is_new_day)
        searched = follow(since, now)
        if is_new_day:
            list_all_again(oldest=oldest, now=now)
        elif searched:
            list_again(searched, oldest=oldest, now=now)
        SearchClock.objects.update_or_create(pk=1, defaults={"followed_until": now})
    return {"searches": len(searched), "search_lists": SearchList.objects.count()}


def _since(clock: SearchClock | None, now: datetime, *, is_new_day: bool) -> datetime:
    if clock is None:
        first = next_day(since=day_of(now - SPAN), until=day_of(now) + DAY, kind=SEARCH)
        return begin(first) if first else now
    return min(clock.followed_until - LATE, begin(day_of(now) - DAY)) if is_new_day else clock.followed_until - LATE


def _hold() -> None:
    """Nobody else follows until the transaction in hand commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('personalization.searches'))")
