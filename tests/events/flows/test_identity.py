"""One person with two browsers is one; two persons with one browser are two."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.events import history
from personalization.events.models import Event, Visitor
from personalization.events.person import Person
from tests import people
from tests.events.flows.steps import lines_of, register
from tests.journeys_of_oscar import look_at, put_into_basket, wish_for


@pytest.fixture(autouse=True)
def _a_page_with_a_block(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.storefront.pages"


def viewed(user: Any) -> tuple[int, ...]:
    """What the account looked at, on whatever browser, newest first."""
    return history.recent(Person(user_id=user.pk), now=timezone.now()).products("product_viewed")


def block(client: Client) -> str:
    """The page with the block of what was looked at."""
    return client.get("/uncached/").content.decode()


def test_basket_wishes_and_looks_are_there_on_another_browser(open_shop, anna):
    phone, desk = Client(), Client()
    people.log_in(phone, anna)
    look_at(phone, open_shop["honey"])
    put_into_basket(phone, open_shop["oat milk"], pieces=2)
    wish_for(phone, open_shop["butter"])
    assert "honey" not in block(desk)

    people.log_in(desk, anna)

    assert b"oat milk" in desk.get("/basket/").content
    assert lines_of(anna) == {"oat milk": 2}
    assert b"butter" in desk.get(anna.wishlists.get().get_absolute_url()).content
    assert "honey" in block(desk)
    assert viewed(anna) == (open_shop["honey"].pk,)


def test_what_was_put_aside_on_both_browsers_comes_together(open_shop, anna):
    phone, desk = Client(), Client()
    people.log_in(phone, anna)
    put_into_basket(phone, open_shop["oat milk"], pieces=2)
    put_into_basket(desk, open_shop["honey"])
    look_at(desk, open_shop["sponge"])
    people.log_in(desk, anna)
    desk.get("/basket/")
    assert lines_of(anna) == {"oat milk": 2, "honey": 1}
    assert viewed(anna) == (open_shop["sponge"].pk,)
    assert "sponge" in block(phone)


class TestASharedBrowser:
    def test_keeps_two_accounts_apart(self, open_shop, client, anna, boris):
        people.log_in(client, anna)
        look_at(client, open_shop["honey"])
        assert "honey" in block(client)
        client.get("/accounts/logout/")
        assert "honey" not in block(client)
        people.log_in(client, boris)
        assert "honey" not in block(client)
        look_at(client, open_shop["sponge"])
        assert viewed(boris) == (open_shop["sponge"].pk,)
        assert viewed(anna) == (open_shop["honey"].pk,)

    def test_keeps_them_apart_when_the_first_one_s_session_ran_out(self, open_shop, client, anna, boris):
        people.log_in(client, anna)
        look_at(client, open_shop["honey"])
        del client.cookies["sessionid"]
        people.log_in(client, boris)
        look_at(client, open_shop["sponge"])
        page = block(client)
        assert "sponge" in page
        assert "honey" not in page
        assert viewed(anna) == (open_shop["honey"].pk,)

    def test_gives_what_a_stranger_did_between_them_to_who_comes_next(self, open_shop, client, anna, boris):
        people.log_in(client, anna)
        client.get("/accounts/logout/")
        look_at(client, open_shop["candles"])
        people.log_in(client, boris)
        assert viewed(boris) == (open_shop["candles"].pk,)
        assert viewed(anna) == ()


class TestAStranger:
    def test_brings_their_history_to_the_account_at_login(self, open_shop, client, anna):
        look_at(client, open_shop["honey"])
        people.log_in(client, anna)
        assert viewed(anna) == (open_shop["honey"].pk,)
        assert "honey" in block(client)

    def test_brings_it_to_a_new_account_too(self, open_shop, client):
        look_at(client, open_shop["honey"])
        register(client, "clara")
        clara = people.get_user_model().objects.get(email="clara@example.com")
        assert viewed(clara) == (open_shop["honey"].pk,)
        assert "honey" in block(client)
        told = Event.objects.filter(kind__in=["registered", "logged_in"])
        assert set(told.values_list("kind", "user_id")) == {("registered", clara.pk), ("logged_in", clara.pk)}

    def test_leaves_the_log_as_it_was(self, open_shop, client, anna):
        look_at(client, open_shop["honey"])
        before = Event.objects.get(kind="product_viewed")
        people.log_in(client, anna)
        assert Event.objects.get(kind="product_viewed").user_id is None is before.user_id
        assert Visitor.objects.get(pk=before.visitor_id).user_id == anna.pk


def test_logout_starts_anew(open_shop, client, anna):
    people.log_in(client, anna)
    look_at(client, open_shop["honey"])
    client.get("/accounts/logout/")
    assert "honey" not in block(client)
    put_into_basket(client, open_shop["butter"])
    mine, theirs = Event.objects.get(kind="basket_added"), Event.objects.get(kind="product_viewed")
    assert mine.user_id is None
    assert mine.visitor_id != theirs.visitor_id
    assert mine.visit_id != theirs.visit_id
    assert get_model("basket", "Basket").objects.get(lines__product=open_shop["butter"]).owner is None


def test_staff_is_marked_from_the_login_on(open_shop, client):
    clara = people.person("Clara", is_staff=True)
    look_at(client, open_shop["honey"])
    people.log_in(client, clara)
    look_at(client, open_shop["butter"])
    told = dict(Event.objects.filter(kind="product_viewed").values_list("product_id", "traffic"))
    assert told == {open_shop["honey"].pk: "shopper", open_shop["butter"].pk: "staff"}
    assert set(Visitor.objects.values_list("traffic", flat=True)) == {"staff"}
