"""What somebody bought, worked out by hand."""

from datetime import timedelta
from decimal import Decimal

from tests import people
from tests.people import NOW

DAY = timedelta(days=1)


def test_orders_pieces_and_money(log, anna, profile_of):
    # Oat milk is 1.99, honey 4.99, coffee 6.49.
    people.bought(anna, {log.shop["oat milk"]: 3, log.shop["honey"]: 1}, at=NOW - 40 * DAY)
    people.bought(anna, {log.shop["coffee"]: 2}, at=NOW - 10 * DAY)
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW - 4 * DAY)
    found = profile_of(anna)
    assert (found.user_id, found.orders, found.units) == (anna.pk, 3, 7)
    # 5.97 + 4.99 + 12.98 + 4.99 = 28.93
    assert (found.revenue, found.average_order) == (Decimal("28.93"), Decimal("9.64"))
    assert found.average_units == 2.3333
    assert (found.first_order_at, found.last_order_at) == (NOW - 40 * DAY, NOW - 4 * DAY)
    assert found.order_gap_days == 18.0
    assert (found.first_seen_at, found.last_seen_at) == (NOW - 40 * DAY, NOW - 4 * DAY)


def test_one_order_has_no_gap(log, anna, profile_of):
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW - DAY)
    assert profile_of(anna).order_gap_days is None
