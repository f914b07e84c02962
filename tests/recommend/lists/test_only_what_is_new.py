"""A refreshment reads what is new or was changed, and not a row more; the server itself has counted."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from personalization.events.models import Event, Visitor
from personalization.events.sweep import sweep
from personalization.recommend.lists.models import LateHour, ListCount
from personalization.recommend.models import RankedList
from personalization.recommend.rank import refresh_rankings
from tests import people
from tests.people import NOW, did
from tests.recommend.lists.history import ranked

# What this transaction has read of the log, by whichever index or none.
READ = """
SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)
FROM pg_stat_xact_user_tables WHERE relname LIKE 'personalization_event%'
"""
LATER = NOW + timedelta(minutes=10)


def rows_read(action: Callable[[], object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ)
        before = cursor.fetchone()[0]
        action()
        cursor.execute(READ)
        return int(cursor.fetchone()[0] - before)


@pytest.fixture
def busy_year(known_shop, anna):
    """Something every third day, three hours and more ago; all of it counted."""
    for days in range(0, 360, 3):
        people.bought(anna, {known_shop["honey"]: 2}, at=NOW - timedelta(days=days, hours=3))
        for visitor in range(4):
            did("product_viewed", known_shop["coffee"], visitor=UUID(int=1 + visitor),
                at=NOW - timedelta(days=days, hours=4))  # fmt: skip
    refresh_rankings(now=NOW)
    return known_shop


def test_with_nothing_new_no_event_is_read(busy_year):
    assert rows_read(lambda: refresh_rankings(now=LATER)) == 0
    assert ranked("units", "year") == [(busy_year["honey"].pk, 240.0)]


def test_what_is_new_is_read_and_nothing_beside_it(busy_year):
    for visitor in range(5):
        did("product_viewed", busy_year["coffee"], visitor=UUID(int=100 + visitor), at=NOW + timedelta(minutes=5))
    # Each event once, and for each visitor nothing that was there earlier in the day.
    assert rows_read(lambda: refresh_rankings(now=LATER)) == 5
    assert dict(ranked("views", "year")) == {busy_year["coffee"].pk: 485.0}


def test_the_control_a_scan_of_the_log_is_seen(busy_year):
    assert rows_read(lambda: Event.objects.filter(quantity__gt=99).count()) >= 600


def test_a_cancelled_order_takes_its_own_day_out_and_no_other(busy_year, anna):
    order = people.bought(anna, {busy_year["sponge"]: 7}, at=NOW - timedelta(days=20, hours=2))
    refresh_rankings(now=NOW)
    assert (busy_year["sponge"].pk, 7.0) in ranked("units", "year")
    type(order).objects.filter(pk=order.pk).update(status="Cancelled")
    sweep(now=LATER)
    assert LateHour.objects.exists()
    # Nothing is left of that hour, and of the day's later hours there is nothing either.
    assert rows_read(lambda: refresh_rankings(now=LATER)) == 0
    for period in ("month", "quarter", "year"):
        assert busy_year["sponge"].pk not in dict(ranked("units", period))


def test_what_comes_late_is_counted_in_its_own_hour(busy_year):
    late = NOW - timedelta(hours=30)
    did("basket_added", busy_year["butter"], visitor=UUID(int=7), at=late)
    refresh_rankings(now=LATER)
    count = ListCount.objects.get(product_id=busy_year["butter"].pk)
    assert (count.begins, count.adds) == (late, 1)
    assert ranked("adds", "day") == []
    assert ranked("adds", "week") == [(busy_year["butter"].pk, 1.0)]


def test_what_a_slow_writer_brings_of_the_last_minute_of_a_day_is_made_good_by_the_morning(busy_year):
    midnight = (NOW + timedelta(days=1)).replace(hour=0)
    for minutes in (-5, 5, 15, 25):
        refresh_rankings(now=midnight + timedelta(minutes=minutes))
    did("basket_added", busy_year["butter"], visitor=UUID(int=7), at=midnight - timedelta(minutes=1))
    # It had begun while that hour was open, so it noted nothing; and commits now.
    LateHour.objects.all().delete()
    for hours in (1, 7):
        refresh_rankings(now=midnight + timedelta(hours=hours))
    assert ranked("adds", "week") == [(busy_year["butter"].pk, 1.0)]


def test_a_bot_found_out_later_takes_its_looks_along(busy_year):
    Visitor.objects.filter(pk=UUID(int=1)).update(traffic="bot")
    Event.objects.filter(visitor_id=UUID(int=1)).update(traffic="bot")
    for minutes in (10, 20, 30, 40):
        # Some forty days at a time: lists of today do not wait for last year.
        refresh_rankings(now=NOW + timedelta(minutes=minutes))
    assert dict(ranked("views", "year")) == {busy_year["coffee"].pk: 360.0}


def test_a_fourth_look_in_a_day_counts_in_no_hour_of_it(busy_year):
    day = NOW.replace(hour=13) + timedelta(days=1)
    for hour in range(5):
        did("product_viewed", busy_year["muesli"], visitor=UUID(int=50), at=day + timedelta(hours=hour))
        refresh_rankings(now=day + timedelta(hours=hour, minutes=20))
    assert dict(ranked("views", "week"))[busy_year["muesli"].pk] == 3
    # One that comes late, before all of them, takes the place of the third.
    did("product_viewed", busy_year["muesli"], visitor=UUID(int=50), at=day - timedelta(hours=2))
    refresh_rankings(now=day + timedelta(hours=5))
    found = ListCount.objects.filter(product_id=busy_year["muesli"].pk).order_by("begins")
    assert [(one.begins.hour, one.views) for one in found] == [(11, 1), (13, 1), (14, 1)]


def test_only_lists_in_which_something_moved_are_written(busy_year, anna):
    people.bought(anna, {busy_year[title]: 4 for title in ("sponge", "candles", "dish soap")}, at=NOW)
    refresh_rankings(now=LATER)
    even_later = LATER + timedelta(minutes=10)
    people.bought(anna, {busy_year["honey"]: 1}, at=LATER)
    refresh_rankings(now=even_later)
    household = RankedList.objects.filter(category_id=busy_year.categories["Household"].pk, period="week")
    assert set(household.values_list("refreshed_at", flat=True)) == {LATER}
    assert RankedList.objects.get(category_id=0, period="week", measure="units").refreshed_at == even_later


def test_what_the_log_lets_go_of_because_of_its_age_stays_counted(busy_year, settings):
    settings.PERSONALIZATION_EVENT_DAYS = 100
    Event.objects.filter(happened_at__lt=NOW - timedelta(days=100)).delete()
    refresh_rankings(now=LATER)
    assert ranked("units", "year") == [(busy_year["honey"].pk, 240.0)]
