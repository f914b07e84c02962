"""Sums over the log, worked out by hand."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from personalization.events.identifiers import event_id
from personalization.events.totals import Sold, purchases, sold, visits
from personalization.events.write import NewEvent, write
from tests.people import NOW

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY = NOW.timestamp() / 86400
ANNA, BORIS = uuid.UUID(int=1), uuid.UUID(int=2)


def bought(
    product: int | None, pieces: int, value: str, *, order: int, ago=HOUR, user: int | None = 7, traffic="shopper"
):
    at = NOW - ago
    return NewEvent(
        id=event_id(at), kind="purchased", happened_at=at, user_id=user, traffic=traffic, product_id=product,
        quantity=pieces, value=Decimal(value), payload={"order": order, "line": order},
    )  # fmt: skip


def seen(visitor: uuid.UUID | None, product: int, minute: int, *, kind="product_viewed", traffic="shopper", visit=None):
    at = NOW + minute * MINUTE
    return NewEvent(
        id=event_id(at), kind=kind, happened_at=at, visitor_id=visitor, visit_id=visit, product_id=product,
        traffic=traffic,
    )  # fmt: skip


@pytest.fixture
def year(db):
    return {"since": NOW - timedelta(days=365), "until": NOW + timedelta(days=1)}


class TestSold:
    def test_adds_up_pieces_money_and_orders(self, year):
        write([
            bought(1, 2, "4.00", order=1), bought(1, 1, "2.00", order=1), bought(1, 3, "6.00", order=2),
            bought(2, 1, "9.99", order=2),
        ])  # fmt: skip
        assert sold(**year) == {1: Sold(6, Decimal("12.00"), 2), 2: Sold(1, Decimal("9.99"), 1)}

    def test_knows_where_a_period_begins_and_ends(self, db):
        write([bought(one, 1, "1.00", order=one, ago=one * HOUR) for one in range(1, 6)])
        assert sorted(sold(since=NOW - 4 * HOUR, until=NOW - 2 * HOUR)) == [3, 4]

    def test_leaves_out_wholesale_staff_bots_and_goods_that_are_gone(self, year, settings):
        settings.PERSONALIZATION_BULK_QUANTITY = 10
        write([
            bought(1, 11, "1.00", order=1), bought(2, 10, "1.00", order=2),
            bought(3, 1, "1.00", order=3, traffic="staff"),
            bought(4, 1, "1.00", order=4, traffic="bot"), bought(None, 1, "1.00", order=5),
        ])  # fmt: skip
        assert sorted(sold(**year)) == [2]


def test_purchases_come_oldest_first_with_all_that_learning_needs(year):
    write([bought(2, 1, "3.00", order=12, user=None), bought(1, 2, "4.00", order=11, ago=24 * HOUR)])
    ((first, second),) = purchases(**year)
    assert first == (7, 11, 1, pytest.approx(DAY - 1), 2.0, 4.0)
    assert second == (-1, 12, 2, pytest.approx(DAY - 1 / 24), 1.0, 3.0)


def test_a_visit_ends_after_half_an_hour_without_a_sign(year):
    write([
        seen(ANNA, 1, 0), seen(ANNA, 2, 29, kind="basket_added"), seen(ANNA, 3, 60),
        seen(BORIS, 4, 1), seen(BORIS, 5, 2),
    ])  # fmt: skip
    (rows,) = visits(**year)
    assert [(visit, product) for visit, product, _ in rows] == [(1, 1), (1, 2), (2, 3), (3, 4), (3, 5)]


def test_a_visit_that_has_a_name_goes_on_through_a_login_and_a_long_pause(year):
    morning, evening = uuid.UUID(int=71), uuid.UUID(int=72)
    anna_signed_in = uuid.UUID(int=11)
    write([
        seen(ANNA, 1, 0, visit=morning), seen(anna_signed_in, 2, 5, visit=morning),
        seen(anna_signed_in, 3, 55, visit=morning), seen(anna_signed_in, 4, 60, visit=evening),
        seen(ANNA, 5, 1), seen(ANNA, 6, 2),
    ])  # fmt: skip
    (rows,) = visits(**year)
    assert [(visit, product) for visit, product, _ in rows] == [(1, 1), (1, 2), (1, 3), (2, 4), (3, 5), (3, 6)]


def test_three_looks_of_a_visitor_at_a_product_count_in_a_day(year):
    # NOW is noon: minute 721 is the next day. Anna looks five times today and twice tomorrow; Boris twice; honey is 2.
    write([
        *[seen(ANNA, 1, minute) for minute in (0, 1, 2, 3, 4)], seen(ANNA, 2, 5), seen(ANNA, 1, 6, kind="basket_added"),
        *[seen(ANNA, 1, minute) for minute in (721, 722)], *[seen(BORIS, 1, minute) for minute in (0, 9)],
    ])  # fmt: skip
    (rows,) = visits(**year)
    assert [(visit, product) for visit, product, _ in rows] == [
        (1, 1), (1, 1), (1, 1), (1, 2), (2, 1), (2, 1), (3, 1), (3, 1),
    ]  # fmt: skip


def test_a_look_that_no_longer_counts_still_holds_its_visit_together(year):
    write([*[seen(ANNA, 1, minute) for minute in (0, 20, 40, 60)], seen(ANNA, 2, 80)])
    (rows,) = visits(**year)
    assert [(visit, product) for visit, product, _ in rows] == [(1, 1), (1, 1), (1, 1), (1, 2)]


def test_a_visit_is_a_shopper_s(year):
    write([seen(ANNA, 1, 0, traffic="staff"), seen(None, 2, 0), seen(BORIS, 3, 0, kind="searched"), seen(BORIS, 4, 1)])
    (rows,) = visits(**year)
    assert [product for _, product, _ in rows] == [4]


def test_a_long_log_comes_in_batches(year, monkeypatch):
    monkeypatch.setattr("personalization.events.totals.BATCH", 2)
    write([bought(one, 1, "1.00", order=one) for one in range(5)])
    assert [len(batch) for batch in purchases(**year)] == [2, 2, 1]


def test_an_empty_log_is_calm(year):
    assert sold(**year) == {}
    assert list(purchases(**year)) == list(visits(**year)) == []
