"""At which hours of the week a campaign is shown: by the shop's clock, over midnight too."""

from datetime import UTC, datetime, time, timedelta

import pytest

from personalization.campaigns.hours import ALWAYS, Hours, hours_from

# A Tuesday.
DAY = datetime(2026, 3, 10, tzinfo=UTC)
MONDAY, TUESDAY, SUNDAY = 0, 1, 6


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.TIME_ZONE = "UTC"


def on(hours: Hours, *, days: int = 0) -> list[int]:
    """The full hours of that day at which it is shown."""
    return [hour for hour in range(24) if hours.has(DAY + timedelta(days=days, hours=hour))]


def test_without_any_it_is_always():
    assert on(ALWAYS) == list(range(24))
    assert ALWAYS.is_always
    assert Hours(days=tuple(range(7))).is_always


def test_from_an_hour_until_the_one_before_the_end():
    assert on(Hours(since=time(9), until=time(18))) == list(range(9, 18))


def test_one_end_will_do():
    assert on(Hours(since=time(20))) == [20, 21, 22, 23]
    assert on(Hours(until=time(3))) == [0, 1, 2]


def test_on_some_days():
    tuesdays = Hours(days=(TUESDAY,))
    assert on(tuesdays) == list(range(24))
    assert on(tuesdays, days=1) == []


def test_a_window_over_midnight_belongs_to_the_day_on_which_it_begins():
    nights = Hours(days=(TUESDAY,), since=time(22), until=time(2))
    assert on(nights) == [22, 23]
    assert on(nights, days=1) == [0, 1]


def test_the_night_to_monday_begins_on_sunday():
    assert on(Hours(days=(SUNDAY,), since=time(22), until=time(2)), days=6) == [0, 1]


def test_it_is_the_shop_s_clock(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    assert on(Hours(since=time(9), until=time(18))) == list(range(9))


def test_on_the_day_that_has_23_hours_nothing_is_shown_twice_or_left_out(settings):
    settings.TIME_ZONE = "Europe/Kyiv"
    spring = datetime(2026, 3, 28, 22, tzinfo=UTC)
    moments = [spring + timedelta(hours=hour) for hour in range(24)]
    hours = Hours(days=(SUNDAY,), since=time(2), until=time(5))
    assert [moment.hour for moment in moments if hours.has(moment)] == [0, 1]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        (ALWAYS, ""),
        (Hours(days=(MONDAY, SUNDAY)), "Mon, Sun"),
        (Hours(since=time(9), until=time(18, 30)), "09:00 to 18:30"),
        (Hours(days=(TUESDAY,), since=time(9)), "Tue, from 09:00"),
        (Hours(until=time(9)), "until 09:00"),
    ],
)
def test_they_are_told_in_words(hours: Hours, told: str):
    assert hours.told() == told


def test_what_is_kept_comes_back():
    hours = Hours(days=(MONDAY, SUNDAY), since=time(9), until=time(18, 30))
    assert hours.stored() == {"days": [0, 6], "since": "09:00", "until": "18:30"}
    assert hours_from(hours.stored()) == hours
    assert ALWAYS.stored() == {}


@pytest.mark.parametrize(
    "stored", [None, 7, [], {"days": "Monday"}, {"days": [9, "x"], "since": "soon", "until": 5}, {"hours": 1}]
)
def test_what_stands_there_by_accident_is_always(stored: object):
    assert hours_from(stored) == ALWAYS
