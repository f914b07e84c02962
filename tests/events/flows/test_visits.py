"""A visit: half an hour without a sign ends it, and its first event says where it came from."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client

from personalization.events.models import Event, Visitor
from tests import people
from tests.events.bots.browsers import BROWSERS
from tests.journeys_of_oscar import look_at, put_into_basket

PHONE = next(one for one in BROWSERS if "iPhone" in one)
TABLET = next(one for one in BROWSERS if "iPad" in one)


@pytest.fixture
def clock(open_shop):
    with time_machine.travel(people.NOW, tick=False) as moving:
        yield moving


def visits() -> list[dict[str, Any]]:
    return list(Event.objects.filter(kind="visit_started").order_by("happened_at").values_list("payload", flat=True))


def seat_of(request: Any) -> str:
    """Where the shop of this test thinks its shopper is."""
    return request.headers.get("X-Country", "")


class TestHalfAnHour:
    def test_less_one_second_is_the_same_visit(self, client, clock):
        client.get("/basket/")
        clock.shift(timedelta(minutes=29, seconds=59))
        client.get("/basket/")
        assert [one["number"] for one in visits()] == [1]

    def test_is_another_visit(self, client, clock):
        client.get("/basket/")
        clock.shift(timedelta(minutes=30))
        client.get("/basket/")
        assert [one["number"] for one in visits()] == [1, 2]
        assert Visitor.objects.get().visits == 2

    def test_counts_from_the_last_sign(self, client, clock):
        for _ in range(4):
            client.get("/basket/")
            clock.shift(timedelta(minutes=20))
        assert len(visits()) == 1

    def test_of_a_year_makes_the_hundredth_visit(self, client, clock):
        for _ in range(5):
            client.get("/basket/")
            clock.shift(timedelta(days=2))
        assert [one["number"] for one in visits()] == [1, 2, 3, 4, 5]


def test_every_event_carries_its_visit(open_shop, client, clock):
    look_at(client, open_shop["oat milk"])
    put_into_basket(client, open_shop["oat milk"])
    clock.shift(timedelta(hours=1))
    look_at(client, open_shop["honey"])
    started = list(Event.objects.filter(kind="visit_started").order_by("happened_at").values_list("pk", flat=True))
    told = Event.objects.order_by("happened_at").values_list("visit_id", flat=True)
    assert list(dict.fromkeys(told)) == started
    assert Visitor.objects.get().visit_id == started[-1]


class TestWhereItCameFrom:
    def told(self, client: Client, address: str = "/basket/", **headers: str) -> dict[str, Any]:
        client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        (payload,) = visits()
        return payload

    def test_an_advertisement(self, client, clock):
        address = "/basket/?utm_source=shop-news&utm_medium=email&utm_campaign=spring&utm_term=milk&utm_content=top"
        assert self.told(client, address, referer="https://mail.example.org/inbox?id=7") == {
            "number": 1, "landing": "/basket/", "source": "shop-news", "medium": "email", "campaign": "spring",
            "term": "milk", "content": "top", "referrer": "mail.example.org", "device": "desktop", "language": "en",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("referer", "source", "medium"),
        [
            ("https://www.google.com/search?q=anna@example.com", "google.com", "organic"),
            ("https://yandex.ru/", "yandex.ru", "organic"),
            ("https://l.instagram.com/?u=x", "l.instagram.com", "social"),
            ("https://blog.example.org/milk", "blog.example.org", "referral"),
            ("http://testserver/catalogue/", None, None),
            ("http://[broken", None, None),
            ("", None, None),
        ],
    )
    def test_another_site_by_its_host_alone(self, client, clock, referer, source, medium):
        told = self.told(client, referer=referer)
        assert (told.get("source"), told.get("medium")) == (source, medium)
        assert "anna" not in str(told)

    def test_a_click_that_was_paid_for(self, client, clock):
        assert self.told(client, "/basket/?gclid=abc", referer="https://www.google.com/")["medium"] == "cpc"

    @pytest.mark.parametrize(
        ("agent", "device"),
        [(PHONE, "phone"), (TABLET, "tablet"), (BROWSERS[0], "desktop")],
        ids=["phone", "tablet", "desktop"],
    )
    def test_the_kind_of_device(self, client, clock, agent, device):
        assert self.told(client, user_agent=agent)["device"] == device

    def test_the_language_and_the_region(self, client, clock, settings):
        settings.PERSONALIZATION_REGION = "tests.events.flows.test_visits.seat_of"
        told = self.told(client, accept_language="uk", x_country="UA-30")
        assert (told["language"], told["region"]) == ("uk", "UA-30")

    def test_is_not_told_again_within_the_visit(self, client, clock):
        client.get("/basket/")
        client.get("/basket/?utm_source=shop-news", headers={"Referer": "https://www.google.com/"})
        assert "source" not in visits()[0]
        assert len(visits()) == 1


class TestLogin:
    def test_goes_on_with_the_visit_and_its_number(self, client, clock, anna):
        for _ in range(3):
            client.get("/basket/")
            clock.shift(timedelta(hours=1))
        client.get("/basket/")
        people.log_in(client, anna)
        client.get("/basket/")
        assert [one["number"] for one in visits()] == [1, 2, 3, 4]
        clock.shift(timedelta(hours=1))
        client.get("/basket/")
        assert visits()[-1]["number"] == 5
        assert set(Event.objects.filter(kind="logged_in").values_list("visit_id", flat=True)) == {
            Event.objects.filter(kind="visit_started").order_by("-happened_at")[1].pk
        }

    def test_and_logout_begins_another_visitor_s(self, client, clock, anna):
        people.log_in(client, anna)
        client.get("/basket/")
        client.get("/accounts/logout/")
        client.get("/basket/")
        assert [one["number"] for one in visits()] == [1, 1]
        assert len(set(Event.objects.filter(kind="visit_started").values_list("visitor_id", flat=True))) == 2


class TestNoVisit:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"},
            {"X-Moz": "prefetch"},
            {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Dest": "iframe"},
        ],
    )  # fmt: skip
    def test_is_begun_by_what_nobody_looks_at(self, client, clock, headers):
        response = client.get("/basket/", headers=headers)
        assert visits() == []
        assert "pz_visit" not in response.cookies

    def test_is_begun_by_a_head_a_redirect_or_a_missing_page(self, client, clock):
        client.head("/basket/")
        client.get("/")
        client.get("/nowhere/")
        client.get("/personalization/personalization.js")
        assert visits() == []

    def test_is_begun_by_a_bot(self, client, clock):
        client.get("/basket/", headers={"User-Agent": "Googlebot/2.1"})
        assert visits() == []

    def test_is_begun_without_consent(self, client, clock, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        assert "pz_visit" not in client.get("/basket/").cookies
        assert Event.objects.count() == 0


class TestOneVisit:
    def test_is_a_page_served_twice_in_a_second(self, client, clock):
        client.get("/basket/")
        client.get("/basket/")
        assert len(visits()) == 1

    def test_are_two_tabs_of_one_browser(self, client, clock):
        client.get("/basket/")
        tab = Client()
        tab.cookies = client.cookies
        for _ in range(3):
            clock.shift(timedelta(minutes=20))
            tab.get("/search/?q=milk")
            client.get("/basket/")
        assert len(visits()) == 1
        assert Visitor.objects.count() == 1

    def test_is_known_by_a_cookie_that_nobody_else_can_make(self, client, clock):
        client.get("/basket/")
        for forged in (
            "x",
            "a.b",
            signing.Signer(salt="personalization.visit").sign("no-id.12"),
            signing.Signer().sign("0" * 32 + ".1"),
        ):
            client.cookies["pz_visit"] = forged
            client.get("/basket/")
        assert len(visits()) == 5

    def test_of_tomorrow_is_none(self, client, clock):
        client.get("/basket/")
        clock.shift(timedelta(days=-1))
        client.get("/basket/")
        assert len(visits()) == 2
