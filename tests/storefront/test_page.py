"""What a request says of its shopper: who it is, what is in the basket, and nothing that was not agreed to."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.events.history import History
from personalization.events.models import Event
from personalization.shop import basket_product_ids
from personalization.storefront.request import page_of
from tests import people
from tests.journeys_of_oscar import put_into_basket
from tests.safety.conftest import fill_tables


@pytest.fixture
def busy(open_shop, settings):
    fill_tables(open_shop)
    settings.ROOT_URLCONF = "tests.storefront.pages"
    return open_shop


def basket_seen(client: Client) -> list[int]:
    return [int(one) for one in client.get("/basket-seen/").content.decode().split()]


class TestTheBasket:
    def test_of_a_guest_is_found_by_oscar_s_cookie_newest_first(self, busy, client):
        put_into_basket(client, busy["honey"])
        put_into_basket(client, busy["apron"], variant=busy["apron small"])
        assert basket_seen(client) == busy.ids("apron", "honey")

    def test_of_an_account_is_found_on_every_device(self, busy, anna):
        laptop, phone = Client(), Client()
        for device in (laptop, phone):
            device.force_login(anna)
        put_into_basket(laptop, busy["honey"])
        assert basket_seen(phone) == busy.ids("honey")

    def test_of_a_guest_follows_into_the_account(self, busy, client, anna):
        put_into_basket(client, busy["honey"])
        people.log_in(client, anna)
        assert basket_seen(client) == busy.ids("honey")

    def test_of_somebody_else_is_not_shown_for_a_forged_cookie(self, busy, client, anna):
        owner = Client()
        owner.force_login(anna)
        put_into_basket(owner, busy["honey"])
        basket = get_model("basket", "Basket").objects.get()
        client.cookies["oscar_open_basket"] = str(basket.pk)
        assert basket_seen(client) == []
        # Not even for a cookie that the shop signed before the basket had an owner.
        client.cookies["oscar_open_basket"] = signing.Signer().sign(basket.pk)
        assert basket_seen(client) == []

    def test_that_was_bought_is_no_basket(self, busy, client):
        put_into_basket(client, busy["honey"])
        get_model("basket", "Basket").objects.update(status="Submitted")
        assert basket_seen(client) == []

    def test_is_one_query(self, busy, client, rf, django_assert_num_queries):
        put_into_basket(client, busy["honey"])
        request = rf.get("/")
        request.COOKIES.update({name: cookie.value for name, cookie in client.cookies.items()})
        with django_assert_num_queries(1):
            assert list(basket_product_ids(request)) == busy.ids("honey")

    def test_of_who_has_no_cookie_is_not_even_asked_for(self, db, rf, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert basket_product_ids(rf.get("/")) == ()


class TestWithoutConsent:
    def test_somebody_signed_in_is_shown_what_a_stranger_is(self, busy, anna):
        people.did("product_viewed", busy["honey"], user=anna, at=timezone.now())
        agreeing, refusing = Client(), Client(headers={"Sec-GPC": "1"})
        for client in (agreeing, refusing):
            client.force_login(anna)
        assert b"honey" in agreeing.get("/uncached/").content
        assert b"honey" not in refusing.get("/uncached/").content

    def test_what_was_shown_is_not_noted(self, busy, settings):
        Client(headers={"Sec-GPC": "1"}).get("/best-sellers/")
        assert Event.objects.count() == 0
        Client().get("/best-sellers/")
        assert set(Event.objects.values_list("kind", flat=True)) == {"visit_started", "block_shown"}


class TestSomebodyElse:
    """A page on which the staff sees what a customer is shown."""

    def test_is_shown_from_their_own_history(self, full_shop, render, rf, anna, boris):
        people.did("product_viewed", full_shop["honey"], user=anna, at=timezone.now())
        request = rf.get("/")
        request.user = boris
        assert page_of(request, user=anna).history.products("product_viewed") == tuple(full_shop.ids("honey"))
        assert page_of(request).history.products("product_viewed") == ()

    def test_shares_with_the_page_what_it_has_shown(self, full_shop, render, rf, anna, boris):
        request = rf.get("/")
        request.user = boris
        html = render("{% recommended_for anna limit=4 %}{% bestsellers limit=4 %}", request=request, anna=anna)
        shown = re.findall(r'data-pz-product="(\d+)"', html)
        assert len(shown) == len(set(shown)) == 8


def test_somebody_signed_in_who_did_not_agree_sees_no_product_twice(busy, anna):
    refusing = Client(headers={"Sec-GPC": "1"})
    refusing.force_login(anna)
    shown = re.findall(r'data-pz-product="(\d+)"', refusing.get("/three-for-me/").content.decode())
    assert len(shown) == len(set(shown)) == 9


def test_the_blocks_of_a_page_share_what_was_read_once(full_shop, render, a_stranger, monkeypatch):
    reads = []
    monkeypatch.setattr("personalization.events.history.recent", lambda person, now: reads.append(1) or History())
    render("{% bestsellers limit=3 %}{% trending limit=3 %}{% recommended_for %}", request=a_stranger)
    assert page_of(a_stranger) is page_of(a_stranger)
    assert reads == [1]
