"""What somebody does in the shop, worked out by hand."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from personalization.people.profiles.models import Profile
from personalization.people.profiles.refresh import rebuild
from tests import people
from tests.people import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STRANGER = UUID("018f0000-0000-7000-8000-000000000001")
# A Tuesday.
assert NOW.isoweekday() == 2


def visit(log, at, *, visitor=STRANGER, **told):
    log.did("visit_started", visitor=visitor, at=at, payload=told)


def test_visits_views_and_searches(log, profile_of):
    for days in (30, 20, 4):
        visit(log, NOW - days * DAY)
    for minutes in (1, 2, 3):
        log.did("product_viewed", "honey", visitor=STRANGER, at=NOW - 4 * DAY + timedelta(minutes=minutes))
    log.did("searched", visitor=STRANGER, at=NOW - 20 * DAY, payload={"query": "milk"})
    found = profile_of(STRANGER)
    assert (found.user_id, found.visits, found.views, found.searches) == (None, 3, 3, 1)
    assert found.visit_gap_days == 13.0
    assert found.viewed_at == NOW - 4 * DAY + timedelta(minutes=3)
    assert found.searched_at == NOW - 20 * DAY
    assert (found.first_seen_at, found.last_seen_at) == (NOW - 30 * DAY, NOW - 4 * DAY + timedelta(minutes=3))


def test_device_language_and_region_are_the_newest_and_the_source_is_the_first(log, profile_of):
    visit(log, NOW - 9 * DAY, device="desktop", language="uk", region="Kyiv")
    visit(log, NOW - 5 * DAY, device="phone", language="en", source="newsletter", region="Odesa")
    visit(log, NOW - 1 * DAY, source="google.com", language="ru")
    found = profile_of(STRANGER)
    assert (found.device, found.language, found.region) == ("phone", "ru", "Odesa")
    assert found.source == "newsletter"


class TestTheBasket:
    def test_what_was_put_in_and_not_bought_is_left(self, log, anna, profile_of):
        log.did("basket_added", "honey", user=anna, at=NOW - 3 * HOUR)
        log.did("basket_added", "coffee", user=anna, at=NOW - 2 * HOUR)
        people.bought(anna, {log.shop["coffee"]: 1}, at=NOW - HOUR)
        assert profile_of(anna).left_in_basket_at == NOW - 3 * HOUR

    @pytest.mark.parametrize("kind", ["basket_removed", "purchased"])
    def test_what_was_taken_out_or_bought_is_not(self, log, anna, profile_of, kind):
        log.did("basket_added", "honey", user=anna, at=NOW - 3 * HOUR)
        log.did(kind, "honey", user=anna, at=NOW - 2 * HOUR, payload={"order": -1})
        assert profile_of(anna).left_in_basket_at is None

    def test_what_was_put_in_again_is(self, log, anna, profile_of):
        log.did("basket_added", "honey", user=anna, at=NOW - 3 * HOUR)
        log.did("basket_removed", "honey", user=anna, at=NOW - 2 * HOUR)
        log.did("basket_added", "honey", user=anna, at=NOW - 1 * HOUR)
        assert profile_of(anna).left_in_basket_at == NOW - HOUR

    def test_one_size_is_not_another(self, log, anna, profile_of):
        apron = log.shop["apron"].pk
        small, large = (log.shop[title].pk for title in ("apron small", "apron large"))
        log.did("basket_added", user=anna, at=NOW - 3 * HOUR, product_id=apron, variant_id=small)
        log.did("basket_removed", user=anna, at=NOW - 2 * HOUR, product_id=apron, variant_id=large)
        assert profile_of(anna).left_in_basket_at == NOW - 3 * HOUR


class TestHabits:
    def test_weekday_and_hour_of_visits_and_orders(self, log, anna, profile_of):
        # Two Tuesdays at noon, and an order on a Sunday at noon.
        visit(log, NOW)
        visit(log, NOW - 7 * DAY)
        log.meets(STRANGER, user=anna)
        people.bought(anna, {log.shop["honey"]: 1, log.shop["coffee"]: 1}, at=NOW - 2 * DAY)
        found = profile_of(anna)
        assert (found.weekday, found.hour) == (1, 12)

    def test_two_moments_are_no_habit(self, log, profile_of):
        visit(log, NOW)
        visit(log, NOW - 7 * DAY)
        assert (profile_of(STRANGER).weekday, profile_of(STRANGER).hour) == (None, None)

    def test_by_the_shop_s_clock(self, log, profile_of, settings):
        settings.TIME_ZONE = "Asia/Tokyo"
        # Nine hours ahead: Tuesday 20:00 is Wednesday 5:00 there.
        for week in range(3):
            visit(log, datetime(2026, 3, 3, 20, 0, tzinfo=UTC) - week * 7 * DAY)
        found = profile_of(STRANGER)
        assert (found.weekday, found.hour) == (2, 5)


class TestWhoHasAProfile:
    @pytest.mark.parametrize("traffic", ["bot", "staff"])
    def test_not_bots_and_not_staff(self, log, traffic):
        log.did("product_viewed", "honey", visitor=STRANGER, at=NOW, traffic=traffic)
        rebuild(now=NOW)
        assert not Profile.objects.exists()

    def test_a_stranger_who_signs_in_becomes_the_account(self, log, anna, profile_of):
        log.did("product_viewed", "honey", visitor=STRANGER, at=NOW - DAY)
        assert profile_of(STRANGER).views == 1
        log.meets(STRANGER, user=anna)
        assert profile_of(anna).views == 1
        assert Profile.objects.count() == 1

    def test_what_another_account_did_in_the_same_browser_is_theirs(self, log, anna, boris, profile_of):
        log.meets(STRANGER, user=anna)
        log.did("product_viewed", "honey", visitor=STRANGER, at=NOW)
        log.did("product_viewed", "coffee", visitor=STRANGER, user=boris, at=NOW)
        assert (profile_of(anna).views, profile_of(boris).views) == (1, 1)

    def test_the_draw_is_a_number_of_ten_thousand_and_stays(self, log, anna, profile_of):
        log.did("product_viewed", "honey", user=anna, at=NOW)
        draw = profile_of(anna).draw
        Profile.objects.all().delete()
        assert profile_of(anna).draw == draw
        assert 0 <= draw < 10_000
