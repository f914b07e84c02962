"""What is a trend and what is chance, worked out by hand."""

from datetime import timedelta

import pytest

from personalization.recommend.lists.trend import trend_scores
from personalization.recommend.models import RankedList
from personalization.recommend.rank import refresh_rankings
from tests import people
from tests.people import NOW

WEEK = timedelta(days=7)


@pytest.fixture
def sell(known_shop, anna):
    """Orders of one piece each, a minute apart; the shop has been open for six weeks."""
    people.bought(anna, {known_shop["dish soap"]: 1}, at=NOW - timedelta(days=42))

    def orders(title: str, count: int, *, days: float, pieces: int = 1) -> None:
        for number in range(count):
            at = NOW - timedelta(days=days, minutes=number)
            people.bought(anna, {known_shop[title]: pieces}, at=at)

    return orders


def scores(shop, period: str = "week") -> dict[str, float]:
    refresh_rankings(now=NOW)
    return {shop.titles([one])[0]: round(score, 3) for one, score in trend_scores(NOW, period=period).items()}


def test_it_is_how_surely_the_week_stands_above_the_four_before(known_shop, sell):
    # Oat milk: 8 orders in four weeks, 8 now: (8 - 8/4) / sqrt((8 + 8) / 4) = 3.
    sell("oat milk", 8, days=20)
    sell("oat milk", 8, days=2)
    assert scores(known_shop) == {"oat milk": 3.0}


def test_one_shopper_who_takes_many_pieces_is_no_trend(known_shop, sell):
    sell("honey", 1, days=1, pieces=60)
    sell("oat milk", 4, days=1)
    sell("oat milk", 1, days=20)
    assert scores(known_shop) == {}


def test_what_never_sold_before_needs_more(known_shop, sell):
    sell("honey", 9, days=1)
    assert scores(known_shop) == {}
    sell("honey", 1, days=2)
    # 10 / sqrt(10 / 4)
    assert scores(known_shop) == {"honey": 6.325}


def test_growth_that_may_be_chance_is_none(known_shop, sell):
    # (6 - 12/4) / sqrt(18 / 4) = 1.41
    sell("oat milk", 12, days=20)
    sell("oat milk", 6, days=2)
    assert scores(known_shop) == {}


def test_a_fall_is_none(known_shop, sell):
    sell("oat milk", 80, days=20)
    sell("oat milk", 15, days=1)
    assert scores(known_shop) == {}


def test_every_weeks_rush_is_no_trend_of_the_day(known_shop, sell):
    for week in range(5):
        sell("rye bread", 12, days=0.5 + 7 * week)
    sell("butter", 6, days=0.5)
    for week in range(5):
        sell("butter", 1, days=3.5 + 7 * week)
    # Butter sells on another day of the week: nothing in the same hours before, but six are not ten.
    assert scores(known_shop, "day") == {}
    sell("butter", 4, days=0.25)
    assert scores(known_shop, "day") == {"butter": 6.325}


def test_a_young_shop_is_compared_with_the_weeks_that_it_has(known_shop, anna):
    for number in range(8):
        people.bought(anna, {known_shop["oat milk"]: 1}, at=NOW - timedelta(days=1, minutes=number))
    people.bought(anna, {known_shop["oat milk"]: 1}, at=NOW - timedelta(days=15, hours=1))
    people.bought(anna, {known_shop["oat milk"]: 1}, at=NOW - timedelta(days=10))
    # One week is counted, with one order in it: (8 - 1) / sqrt(9).
    assert scores(known_shop) == {"oat milk": 2.333}


def test_a_shop_without_a_week_behind_it_has_no_trends(known_shop, anna):
    for number in range(30):
        people.bought(anna, {known_shop["oat milk"]: 1}, at=NOW - timedelta(days=1, minutes=number))
    assert scores(known_shop) == {}


def test_lists_are_of_the_shop_and_of_categories_with_enough_of_it_the_steepest_first(known_shop, sell):
    for count, title in ((14, "honey"), (12, "coffee"), (16, "muesli"), (11, "sponge")):
        sell(title, count, days=1)
    refresh_rankings(now=NOW)
    lists = {
        one.category_id: known_shop.titles(one.product_ids)
        for one in RankedList.objects.filter(measure="trend", period="week")
    }
    assert lists[0] == ["muesli", "honey", "coffee", "sponge"]
    assert lists[known_shop.categories["Breakfast"].pk] == ["muesli", "honey", "coffee"]
    assert known_shop.categories["Household"].pk not in lists
