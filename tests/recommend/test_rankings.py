"""Best sellers and trends: the same numbers as a query written by hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from personalization.recommend.models import RankedList
from personalization.recommend.rank import refresh_rankings
from tests import people
from tests.people import NOW

# Straight from Oscar's tables, without our log: what sold in the last so many days, variants counted for their parent.
BY_HAND = """
SELECT coalesce(product.parent_id, product.id), {what}
FROM order_line line JOIN order_order "order" ON "order".id = line.order_id
JOIN catalogue_product product ON product.id = line.product_id
WHERE "order".date_placed >= %s AND "order".date_placed < %s
GROUP BY 1 ORDER BY 2 DESC, 1
"""
WHAT = {
    "units": "sum(line.quantity)",
    "revenue": "sum(line.line_price_incl_tax)",
    "orders": 'count(DISTINCT "order".id)',
}


@pytest.fixture
def sales(shop, anna, boris):
    """Eight orders over a hundred days."""
    people.know_goods(shop)
    orders = [
        (0.01, anna, {"oat milk": 3, "butter": 1}),
        (0.5, boris, {"oat milk": 1, "apron small": 2, "apron large": 1}),
        (2, anna, {"honey": 5}),
        (6, boris, {"coffee": 2, "honey": 1}),
        (8, anna, {"coffee": 9, "sponge": 20}),
        (20, boris, {"oat milk": 2, "candles": 1}),
        (40, anna, {"green tea": 7, "butter": 2}),
        (100, anna, {"muesli": 30}),
    ]
    for days, who, goods in orders:
        people.bought(who, {shop[title]: pieces for title, pieces in goods.items()}, at=NOW - timedelta(days=days))
    return shop


def ranked(measure: str, period: str, category=None) -> list[tuple[int, float]]:
    row = RankedList.objects.filter(measure=measure, period=period, category_id=category.pk if category else 0).first()
    return list(zip(row.product_ids, row.scores, strict=True)) if row else []


@pytest.mark.parametrize("measure", WHAT)
@pytest.mark.parametrize(
    ("period", "days"), [("hour", 1 / 24), ("day", 1), ("week", 7), ("month", 30), ("quarter", 90), ("year", 365)]
)
def test_every_list_equals_a_query_written_by_hand(sales, measure, period, days):
    refresh_rankings(now=NOW)
    with connection.cursor() as cursor:
        # Of what lies further back only whole days are kept.
        since = NOW - timedelta(days=days, hours=12 if days > 30 else 0)
        cursor.execute(BY_HAND.format(what=WHAT[measure]), [since, NOW])
        by_hand = [(product, float(count)) for product, count in cursor.fetchall()]
    assert by_hand
    assert ranked(measure, period) == by_hand


def test_a_category_lists_its_own_and_the_one_above_lists_all(sales):
    refresh_rankings(now=NOW)
    assert sales.titles(one for one, _ in ranked("units", "month", sales.categories["Household"])) == [
        "sponge", "apron", "candles",
    ]  # fmt: skip
    assert ranked("units", "month", sales.categories["Everything"]) == ranked("units", "month")


def test_wholesale_lines_do_not_count(shop, anna, settings):
    settings.PERSONALIZATION_BULK_QUANTITY = 10
    people.bought(anna, {shop["oat milk"]: 11, shop["butter"]: 10}, at=NOW - timedelta(hours=2))
    refresh_rankings(now=NOW)
    assert shop.titles(one for one, _ in ranked("units", "week")) == ["butter"]


def test_a_list_is_as_long_as_the_setting_says(sales, settings):
    settings.PERSONALIZATION_LIST_LENGTH = 2
    refresh_rankings(now=NOW)
    assert sales.titles(one for one, _ in ranked("units", "month")) == ["sponge", "coffee"]


def test_refreshing_again_replaces_the_lists(sales, anna):
    refresh_rankings(now=NOW)
    count = RankedList.objects.count()
    people.bought(anna, {sales["green tea"]: 50}, at=NOW - timedelta(hours=1))
    refresh_rankings(now=NOW)
    assert sales.titles(one for one, _ in ranked("units", "month"))[0] == "green tea"
    assert RankedList.objects.count() >= count


def test_lists_of_a_quiet_shop_are_as_fresh_as_the_last_look(sales):
    refresh_rankings(now=NOW)
    later = NOW + timedelta(minutes=10)
    refresh_rankings(now=later)
    assert set(RankedList.objects.filter(category_id=0).values_list("refreshed_at", flat=True)) == {later}


def test_an_empty_shop_has_no_lists(db):
    assert refresh_rankings(now=NOW) == {"lists": 0, "counted": 0}


@pytest.mark.usefixtures("transactional_db")
def test_two_refreshments_at_once_leave_each_list_once():
    shop = people.open_shop()
    people.bought(people.person("Anna"), {shop["honey"]: 5}, at=NOW - timedelta(hours=2))
    refresh_rankings(now=NOW)
    before, door = RankedList.objects.count(), Barrier(2)

    def refresh(_: int) -> None:
        try:
            door.wait()
            refresh_rankings(now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(refresh, range(2)))
    assert RankedList.objects.count() == before > 0
