"""What somebody bought, worked out by hand."""

from datetime import timedelta
from decimal import Decimal

from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild
from personalization.recommend.facts.models import ProductFact
from tests import people
from tests.people import NOW

DAY = timedelta(days=1)


def status(log, user, order, after, *, line=None, at=NOW):
    """What befell an order, or a line of it."""
    told = {"order": order.pk, "before": "Pending", "after": after} | ({"line": line} if line else {})
    log.did("line_status_changed" if line else "order_status_changed", at=at, user=user, payload=told)


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


def test_one_order_has_no_gap_between_orders(log, anna, profile_of):
    people.bought(anna, {log.shop["honey"]: 1}, at=NOW - DAY)
    assert profile_of(anna).order_gap_days is None


def test_what_was_bought_below_its_usual_price(log, anna, profile_of):
    ProductFact.objects.filter(product_id=log.shop["coffee"].pk).update(usual_price=Decimal("8.00"))
    people.bought(anna, {log.shop["coffee"]: 1, log.shop["honey"]: 2}, at=NOW - DAY)
    # 6.49 of 6.49 + 9.98 was for coffee that usually costs 8; honey cost what it always does.
    assert profile_of(anna).discount_share == 0.394


def test_a_price_that_nobody_knows_is_neither_cheap_nor_dear(log, anna, profile_of):
    ProductFact.objects.filter(product_id=log.shop["coffee"].pk).update(usual_price=None)
    people.bought(anna, {log.shop["coffee"]: 1}, at=NOW - DAY)
    assert profile_of(anna).discount_share is None


def test_a_returned_order_and_a_returned_line(log, anna, profile_of):
    first = people.bought(anna, {log.shop["coffee"]: 2, log.shop["honey"]: 1}, at=NOW - 9 * DAY)
    second = people.bought(anna, {log.shop["butter"]: 4, log.shop["sponge"]: 5}, at=NOW - 8 * DAY)
    status(log, anna, first, "Returned", at=NOW - 7 * DAY)
    butter = second.lines.get(product=log.shop["butter"])
    status(log, anna, second, "Refunded", line=butter.pk, at=NOW - 6 * DAY)
    found = profile_of(anna)
    assert (found.units, found.returns) == (12, 7)
    # What the shop did with the parcel is no visit of hers.
    assert found.last_seen_at == NOW - 8 * DAY


def test_the_last_word_about_an_order_counts(log, anna, profile_of):
    order = people.bought(anna, {log.shop["coffee"]: 2}, at=NOW - 9 * DAY)
    status(log, anna, order, "Returned", at=NOW - 7 * DAY)
    status(log, anna, order, "Complete", at=NOW - 6 * DAY)
    assert profile_of(anna).returns == 0


def test_a_shop_may_call_its_returns_otherwise(log, anna, profile_of, settings):
    settings.PERSONALIZATION_RETURNED_STATUSES = ("Sent back",)
    order = people.bought(anna, {log.shop["coffee"]: 2}, at=NOW - 9 * DAY)
    status(log, anna, order, "Sent back", at=NOW - 7 * DAY)
    assert profile_of(anna).returns == 2


def test_the_store_most_orders_came_from(log, anna, profile_of):
    for number, store in enumerate(("Podil", "Center", "Podil")):
        log.did("purchased", "honey", at=NOW - number * DAY, user=anna, quantity=1, value=Decimal("4.99"),
                payload={"order": -1 - number, "store": store})  # fmt: skip
    assert profile_of(anna).store == "Podil"


def test_a_purchase_without_a_person_makes_no_profile(log):
    people.bought(None, {log.shop["honey"]: 1}, at=NOW - DAY)
    rebuild(now=NOW)
    assert not Profile.objects.exists()
