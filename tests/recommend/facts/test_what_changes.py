"""Prices that change, goods that come back, and how few rows are written for it."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from personalization.jobs.models import JobRun
from personalization.recommend.facts.models import PriceChange, ProductFact
from personalization.recommend.facts.prices import seen
from personalization.recommend.facts.refresh import refresh_all, refresh_changed
from personalization.tasks import refresh_facts
from tests import people
from tests.people import NOW
from tests.recommend.facts.conftest import costs, holds, saved_at

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The tree of categories; of the one chunk a savepoint, the lock, its ids, who is gone, five for the goods, rows and
# prices before; gaps and places, old prices and the savepoints' ends.
QUIET_PASS = 20


@pytest.fixture
def old_dates(shop):
    """Everything in the shop was last saved long ago."""
    for one in shop.products.values():
        saved_at(one, NOW - 30 * DAY)


@pytest.fixture
def looked_before(looked, old_dates):
    """The nightly job did it, and the shop was quiet before."""
    JobRun.objects.create(
        job="refresh all facts", period="tonight", token="0" * 32, status="done", started_at=NOW, lease_until=NOW,
        finished_at=NOW,
    )  # fmt: skip


class TestPrices:
    def test_a_price_that_differs_is_noted_with_the_one_before(self, shop, looked, fact):
        costs(shop["honey"], "3.99")
        assert refresh_all(now=NOW + DAY).prices == 1
        change = PriceChange.objects.get()
        assert (change.product_id, change.before, change.price) == (shop["honey"].pk, Decimal("4.99"), Decimal("3.99"))
        assert (change.held_until, change.changed_at) == (NOW, NOW + DAY)
        assert fact("honey").price == Decimal("3.99")

    def test_the_usual_price_is_the_dearest_of_thirty_days(self, shop, looked, fact):
        told = []
        for day, price in [(1, "5.99"), (3, "3.99"), (32, "3.99"), (34, "3.99"), (40, "2.99")]:
            costs(shop["honey"], price)
            refresh_all(now=NOW + day * DAY)
            told.append(str(fact("honey").usual_price))
        # The first price left 29 days before day 30; 5.99 held until the third day, within thirty days of the 32nd.
        assert told == ["5.99", "5.99", "5.99", "3.99", "3.99"]

    def test_another_currency_is_no_change_of_price_and_ends_the_comparison(self, shop, looked, fact):
        costs(shop["honey"], "9.99")
        refresh_all(now=NOW + HOUR)
        shop["honey"].stockrecords.update(price_currency="EUR", price="3.00")
        assert refresh_all(now=NOW + DAY).prices == 0
        assert not PriceChange.objects.exists()
        assert (fact("honey").currency, fact("honey").usual_price) == ("EUR", Decimal("3.00"))

    def test_old_changes_are_forgotten_with_the_history(self, shop, looked):
        costs(shop["honey"], "3.99")
        refresh_all(now=NOW + DAY)
        refresh_all(now=NOW + 365 * DAY)
        assert PriceChange.objects.count() == 1
        refresh_all(now=NOW + 367 * DAY)
        assert PriceChange.objects.count() == 0


class TestWhatWasSeen:
    @pytest.fixture
    def changed(self, shop, looked):
        """Honey cost 4.99 up to NOW, 5.99 for sure on the second day, 3.99 on the fourth."""
        for day, price in [(2, "5.99"), (4, "3.99")]:
            costs(shop["honey"], price)
            refresh_all(now=NOW + day * DAY)
        return shop["honey"].pk

    @pytest.mark.parametrize(
        ("days", "price"), [(-5, "4.99"), (0, "4.99"), (1, None), (2, "5.99"), (3, None), (4, None), (5, None)]
    )
    def test_is_told_only_where_it_is_sure_and_no_longer_true(self, changed, days, price, django_assert_num_queries):
        with django_assert_num_queries(1):
            told = seen({changed: NOW + days * DAY})
        assert told == ({changed: Decimal(price)} if price else {})

    def test_of_nothing_is_not_asked_for(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert seen({}) == {}


class TestComingBack:
    def test_is_the_moment_at_which_it_could_be_bought_again(self, shop, looked, fact):
        assert fact("advent calendar").restocked_at is None
        holds(shop["advent calendar"], 5)
        refresh_all(now=NOW + HOUR)
        refresh_all(now=NOW + DAY)
        assert fact("advent calendar").restocked_at == NOW + HOUR

    def test_outlives_selling_out_again(self, shop, looked, fact):
        for hour, pieces in [(1, 5), (2, 0), (3, 5)]:
            holds(shop["advent calendar"], pieces)
            refresh_all(now=NOW + hour * HOUR)
            assert fact("advent calendar").restocked_at == NOW + (hour if pieces else 1) * HOUR

    def test_a_new_product_has_not_come_back(self, shop, looked, fact):
        shop.products["jam"] = people.product("jam")
        refresh_all(now=NOW + HOUR)
        assert fact("jam").restocked_at is None


class TestWriting:
    def test_where_nothing_is_new_nothing_is_written(self, shop, looked):
        assert (looked.looked, looked.written) == (12, 12)
        with CaptureQueriesContext(connection) as sent:
            again = refresh_all(now=NOW + 30 * MINUTE)
        assert (again.looked, again.written, again.prices, again.gone) == (12, 0, 0, 0)
        assert not [one for one in sent if one["sql"].startswith("INSERT")]
        assert len(sent) <= QUIET_PASS

    def test_a_night_later_every_row_says_when_it_was_looked_at(self, looked):
        refresh_all(now=NOW + DAY)
        assert set(ProductFact.objects.values_list("looked_at", flat=True)) == {NOW + DAY}

    def test_a_hundred_more_products_cost_no_more_queries(self, shop, looked):
        with CaptureQueriesContext(connection) as few:
            refresh_all(now=NOW + DAY)
        for number in range(100):
            people.product(f"jar {number}", category=shop.categories["Breakfast"])
        with CaptureQueriesContext(connection) as many:
            assert refresh_all(now=NOW + 2 * DAY).looked == 112
        # One statement for the new ones, beside that for the hour of all others.
        assert len(many) == len(few) + 1


@pytest.mark.usefixtures("looked_before")
class TestTheQuickLook:
    def test_where_nothing_changed_looks_at_nothing(self, django_assert_max_num_queries):
        with django_assert_max_num_queries(5):
            assert refresh_changed(now=NOW + 5 * MINUTE).looked == 0

    def test_sees_a_price_that_was_saved_and_knows_that_it_held_up_to_the_last_look(self, shop, fact):
        with time_machine.travel(NOW + 3 * MINUTE, tick=False):
            costs(shop["honey"], "3.99")
        ProductFact.objects.update(looked_at=NOW - DAY)
        assert refresh_changed(now=NOW + 5 * MINUTE).looked == 1
        assert (fact("honey").price, fact("honey").usual_price) == (Decimal("3.99"), Decimal("4.99"))
        change = PriceChange.objects.get()
        # Ten minutes' overlap with the look at NOW.
        assert (change.held_until, change.changed_at) == (NOW - 10 * MINUTE, NOW + 5 * MINUTE)

    def test_sees_the_stock_of_a_variant_and_the_place_of_the_new_price(self, shop, fact):
        with time_machine.travel(NOW + 3 * MINUTE, tick=False):
            costs(shop["apron small"], "1.20")
        refresh_changed(now=NOW + 5 * MINUTE)
        assert (fact("apron").price, fact("apron").price_place) == (Decimal("1.20"), 0.25)

    def test_sees_a_new_product_and_forgets_a_hidden_one(self, shop, fact):
        with time_machine.travel(NOW + 3 * MINUTE, tick=False):
            shop.products["jam"] = people.product("jam")
            shop["honey"].is_public = False
            shop["honey"].save()
        done = refresh_changed(now=NOW + 5 * MINUTE)
        assert (done.looked, done.gone) == (1, 1)
        assert fact("jam").is_buyable

    def test_sees_the_last_piece_set_aside_by_an_order(self, shop, anna, fact):
        candles = shop["candles"]
        candles.stockrecords.get().allocate(3)
        saved_at(candles, NOW - 30 * DAY)
        people.ordered(anna, {candles: 3}, at=NOW + MINUTE)
        refresh_changed(now=NOW + 5 * MINUTE)
        assert not fact("candles").is_buyable

    def test_sees_what_an_old_order_gives_back(self, shop, anna, fact):
        calendar = shop["advent calendar"]
        order = people.ordered(anna, {calendar: 1}, at=NOW - 20 * DAY)
        get_model("order", "OrderStatusChange").objects.create(
            order=order, old_status="Pending", new_status="Cancelled"
        )
        get_model("order", "OrderStatusChange").objects.update(date_created=NOW + MINUTE)
        calendar.stockrecords.update(num_in_stock=1)
        refresh_changed(now=NOW + 5 * MINUTE)
        assert fact("advent calendar").is_buyable

    def test_leaves_to_the_night_what_the_shop_does_not_date(self, shop, fact):
        shop["honey"].stockrecords.update(price="3.99")
        assert refresh_changed(now=NOW + 5 * MINUTE).looked == 0
        refresh_all(now=NOW + DAY)
        assert fact("honey").price == Decimal("3.99")


def test_the_first_look_is_at_everything(shop):
    assert refresh_changed(now=NOW).looked == 12


def test_a_look_goes_on_from_the_last_one_that_came_to_its_end(shop, old_dates):
    with time_machine.travel(NOW, tick=False):
        assert refresh_facts()["looked"] == 12
    with time_machine.travel(NOW + 5 * MINUTE, tick=False):
        assert refresh_facts()["looked"] == 0
    saved_at(shop["honey"], NOW + 8 * MINUTE)
    JobRun.objects.create(
        job="refresh facts", period="failed", token="0" * 32, status="failed", started_at=NOW + HOUR, lease_until=NOW
    )
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        assert refresh_facts()["looked"] == 1
