"""What live rules get to see of a visit: true on the very page on which it is asked, and as good as free."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.models import AccountConsent
from personalization.people.predict.session import KEY, VISIT
from personalization.storefront.models import Block
from personalization.storefront.preview import imagined
from personalization.storefront.request import page_of
from tests import people
from tests.journeys_of_oscar import put_into_basket
from tests.people import NOW
from tests.people.predict.rows import done

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
HOUR = timedelta(hours=1)


@pytest.fixture
def busy(open_shop, settings):
    settings.ROOT_URLCONF = "tests.storefront.pages"
    return open_shop


def told(client: Client, address: str = "/visit-seen/", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(address, **more).content)
    return found


class TestTheNumber:
    def test_is_right_on_the_first_page_of_each_visit_and_stays(self, busy, client):
        for turn in range(3):
            with time_machine.travel(NOW + turn * HOUR, tick=False):
                assert [told(client)["number"] for _page in range(2)] == [turn + 1, turn + 1]

    def test_is_not_known_of_who_did_not_agree(self, busy):
        assert told(Client(headers={"Sec-GPC": "1"}))["number"] == 0

    def test_is_not_known_of_an_account_that_said_no_elsewhere(self, busy, client, anna):
        client.force_login(anna)
        client.get("/plain/")
        AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
        assert told(client)["number"] == 0


class TestWhence:
    ADVERT = "/visit-seen/?utm_source=Google&utm_medium=cpc&utm_campaign=spring"

    def test_is_known_on_the_landing_page_and_after(self, busy, client):
        for address in (self.ADVERT, "/visit-seen/"):
            seen = told(client, address)
            assert (seen["source"], seen["medium"], seen["campaign"]) == ("Google", "cpc", "spring")

    def test_is_not_carried_into_the_next_visit(self, busy, client):
        with time_machine.travel(NOW, tick=False):
            told(client, self.ADVERT)
        with time_machine.travel(NOW + HOUR, tick=False):
            assert told(client)["source"] == ""

    def test_without_consent_only_this_request_says_it(self, busy):
        stranger = Client(headers={"Sec-GPC": "1"})
        assert told(stranger, self.ADVERT)["source"] == "Google"
        assert told(stranger)["source"] == ""

    def test_the_site_that_led_here(self, busy, client):
        seen = told(client, headers={"Referer": "https://www.bing.com/search"})
        assert (seen["referrer"], seen["medium"]) == ("bing.com", "organic")


class TestWhatWasDone:
    def test_pages_of_this_visit_are_counted_with_this_one(self, busy, client):
        with time_machine.travel(NOW - HOUR, tick=False):
            client.get(f"/look/{busy['honey'].pk}/")
        with time_machine.travel(NOW, tick=False):
            assert told(client)["pages"] == 0
            client.get(f"/look/{busy['honey'].pk}/")
            client.get(f"/look/{busy['sponge'].pk}/")
            assert told(client)["pages"] == 2
            del client.cookies["pz_visit"]
            assert told(client)["pages"] == 0, "another visit began, a moment later"
            assert told(client)["pages"] == 0

    def test_the_basket_counts_at_once(self, busy, client):
        assert told(client)["basket_total"] is None
        put_into_basket(client, busy["honey"], pieces=2)
        total = 2 * busy["honey"].stockrecords.get().price
        assert told(client)["basket_total"] == str(total)

    def test_the_device_in_hand_and_the_language_of_the_page(self, busy, client):
        seen = told(client, headers={"User-Agent": PHONE, "Accept-Language": "uk"})
        assert (seen["device"], seen["language"]) == ("phone", "uk")


class TestTheChance:
    WEIGHTS = {"base": -2.0, "has_added": 1.5, "pages": 0.5}

    @pytest.fixture(autouse=True)
    def _learned(self, db):
        cache.delete(KEY)
        self.learn(is_shown=True)
        yield
        cache.delete(KEY)

    def learn(self, *, is_shown):
        run = done(**{VISIT: {"is_shown": is_shown}})
        run.parameters[VISIT] = self.WEIGHTS
        run.save()

    def test_grows_with_what_is_done(self, busy, client):
        # 1 / (1 + e^2), and with a product in the basket 1 / (1 + e^0.5)
        assert told(client)["chance"] == pytest.approx(0.1192, abs=1e-4)
        put_into_basket(client, busy["honey"])
        assert told(client)["chance"] == pytest.approx(0.3775, abs=1e-4)

    def test_nobody_tells_it_of_who_did_not_agree(self, busy):
        assert told(Client(headers={"Sec-GPC": "1"}))["chance"] is None

    def test_nobody_tells_it_as_long_as_it_was_not_learned_well(self, busy, client):
        cache.delete(KEY)
        self.learn(is_shown=False)
        assert told(client)["chance"] is None


class TestWhatItCosts:
    def test_a_browser_that_was_never_here_is_not_asked_about(self, busy, rf, django_assert_num_queries):
        request = rf.get("/")
        request.user = AnonymousUser()
        with django_assert_num_queries(0):
            visit = page_of(request).visit
            assert (visit.number, visit.pages, visit.source, visit.device) == (0, 0, "", "desktop")

    def test_one_query_for_all_that_the_log_knows(self, busy, client):
        client.get("/plain/")
        told(client)
        with CaptureQueriesContext(connection) as sent:
            told(client)
        assert len([one for one in sent if "visit_started" in one["sql"]]) == 1


def test_on_a_page_made_for_somebody_else_nobody_is_on_a_visit(busy, rf, anna, boris):
    request = rf.get("/?utm_source=google")
    request.user = boris
    people.did("product_viewed", busy["honey"], user=anna, at=NOW)
    assert page_of(request).visit.source == "google"
    assert page_of(request, user=anna).visit.source == ""
    assert imagined(Block(strategy="bestsellers"), now=NOW, user=anna, product_id=None).visit.device == ""
