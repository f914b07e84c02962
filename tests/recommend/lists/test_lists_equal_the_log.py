"""Whatever happened, in whatever order it came to be known: each list is what a query over the log finds."""

from datetime import datetime, timedelta

import pytest

from personalization.conf import conf
from personalization.recommend.lists.models import LateHour, ListCount
from personalization.recommend.lists.thickness import LEAST_AMONG_PEOPLE, LEAST_GOODS, LEAST_IN_CATEGORY
from personalization.recommend.rank import refresh_rankings
from tests.people import NOW, Shop
from tests.recommend.lists.history import BULK, FROM_REGION, IN_CATEGORY, Past, by_hand, every_list, hours_of, ranked


def begins(period: str, now: datetime) -> datetime:
    """With a whole hour, or with a whole day for what is longer than a month."""
    first = (now - hours_of(period)).replace(minute=0, second=0, microsecond=0)
    return first.replace(hour=0) if period in ("quarter", "year") else first


def is_thick(found: list, volume: list, *, least: int) -> bool:
    return len(found) >= LEAST_GOODS and sum(count for _, count in volume) >= least


def assert_equal(shop: Shop, now: datetime) -> None:
    for measure, period in every_list():
        since, thickness = begins(period, now), "orders" if measure == "revenue" else measure
        assert ranked(measure, period) == by_hand(measure, since, now)[: conf.LIST_LENGTH], (measure, period)
        for title in ("Breakfast", "Household"):
            where = IN_CATEGORY.format(category=shop.categories[title].pk)
            wanted = by_hand(measure, since, now, where=where)
            if not is_thick(wanted, by_hand(thickness, since, now, where=where), least=LEAST_IN_CATEGORY):
                wanted = []
            assert ranked(measure, period, category=shop.categories[title]) == wanted[: conf.LIST_LENGTH], (
                measure,
                period,
                title,
            )
        for region in ("kyiv", "odesa"):
            where = FROM_REGION.format(region=region)
            wanted = by_hand(measure, since, now, where=where)
            if not is_thick(wanted, by_hand(thickness, since, now, where=where), least=LEAST_AMONG_PEOPLE):
                wanted = []
            assert ranked(measure, period, scope=f"region:{region}") == wanted[: conf.LIST_LENGTH], (
                measure,
                period,
                region,
            )


@pytest.mark.parametrize(("seed", "length"), [(1, 200), (2, 3), (3, 4), (4, 3), (5, 5)])
def test_after_a_random_history_refreshed_as_it_goes(known_shop, settings, seed, length):
    # Short lists are full, and what falls out of them or comes in is the hard part.
    settings.PERSONALIZATION_LIST_LENGTH = length
    settings.PERSONALIZATION_BULK_QUANTITY = BULK
    past, now = Past(known_shop, seed), NOW - timedelta(days=60)
    past.goes_on(since=now - timedelta(days=330), until=now, deeds=40)
    refresh_rankings(now=now)
    assert_equal(known_shop, now)
    for step in (timedelta(minutes=10), timedelta(hours=3), timedelta(days=25), timedelta(days=35, minutes=-200)):
        since = now - timedelta(days=2) if step < timedelta(days=1) else now
        now += step
        past.goes_on(since=since, until=now, deeds=25)
        refresh_rankings(now=now)
        assert_equal(known_shop, now)
    past.catches_a_bot()
    refresh_rankings(now=now + timedelta(minutes=5))
    assert_equal(known_shop, now + timedelta(minutes=5))
    assert any(ranked(measure, period, scope="region:kyiv") for measure, period in every_list())
    assert not LateHour.objects.exists()


def test_a_history_that_is_filled_at_once_comes_to_the_same(known_shop, settings):
    settings.PERSONALIZATION_BULK_QUANTITY = BULK
    past = Past(known_shop, 9)
    past.goes_on(since=NOW - timedelta(days=300), until=NOW, deeds=60)
    refresh_rankings(now=NOW)
    assert_equal(known_shop, NOW)
    settings.PERSONALIZATION_BULK_QUANTITY = 2
    refresh_rankings(now=NOW)
    assert dict(ranked("units", "year"))
    sold = by_hand("units", begins("year", NOW), NOW, where="AND quantity <= 2")
    assert ranked("units", "year") == sold


def test_hours_become_days_and_nothing_is_lost(known_shop):
    past = Past(known_shop, 5)
    past.goes_on(since=NOW - timedelta(days=10), until=NOW, deeds=30)
    refresh_rankings(now=NOW)
    hours = ListCount.objects.count()
    later = NOW + timedelta(days=50)
    refresh_rankings(now=later)
    assert ListCount.objects.count() < hours
    assert {one.hour for one in ListCount.objects.values_list("begins", flat=True)} == {0}
    assert ranked("views", "quarter") == by_hand("views", begins("quarter", later), later)
