"""H1: a code works in the basket of the one whom it was given to, and in nobody else's, up to the order."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import OfferUse, PersonalOffer
from personalization.campaigns.offers.publish import withdraw
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.shop import promise
from tests.campaigns.offers.folk import (
    browser_of,
    given,
    given_to_visitor,
    go_to_checkout,
    offered,
    pay,
    told_in,
    total_in,
)
from tests.journeys_of_oscar import buy, enter_voucher, look_at, put_into_basket
from tests.people import PASSWORD

COFFEE, TEN_OFF = Decimal("6.49"), Decimal("5.85")


def _enter(client: Client, code: str) -> list[str]:
    answer = client.post("/basket/vouchers/add/", {"code": code}, follow=True)
    return told_in(answer)


def test_its_owner_pays_ten_percent_less(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    assert total_in(annas) == TEN_OFF


def test_a_stranger_with_somebody_elses_code_gets_nothing_and_a_clear_sentence(client, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(client, shop["coffee"])
    told = _enter(client, code.code)
    assert total_in(client) == COFFEE
    assert "This code is personal: sign in as the one to whom it was given." in told
    assert not get_model("basket", "Basket").objects.get().vouchers.exists()


def test_another_account_gets_nothing_and_a_clear_sentence(anna, boris, ten_percent, shop):
    code, browser = given(ten_percent, anna), browser_of(boris)
    put_into_basket(browser, shop["coffee"])
    told = _enter(browser, code.code)
    assert total_in(browser) == COFFEE
    assert "This code belongs to somebody else: only they can use it." in told


def test_a_code_without_our_row_works_for_nobody(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    code.delete()
    put_into_basket(annas, shop["coffee"])
    _enter(annas, code.code)
    assert total_in(annas) == COFFEE


def test_logging_out_and_in_as_another_takes_no_code_along(annas, anna, boris, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    assert total_in(annas) == TEN_OFF
    annas.post("/accounts/logout/")
    put_into_basket(annas, shop["coffee"])
    annas.post("/accounts/login/", {"login-username": boris.email, "login-password": PASSWORD, "login_submit": "1"})
    assert total_in(annas) == COFFEE


def test_a_code_put_on_anothers_basket_by_hand_gives_nothing_in_the_checkout(anna, boris, ten_percent, shop):
    code, browser = given(ten_percent, anna), browser_of(boris)
    put_into_basket(browser, shop["coffee"])
    get_model("basket", "Basket").objects.get(owner=boris).vouchers.add(code.voucher_id)
    order = buy(browser)
    assert order.total_excl_tax == COFFEE
    assert not order.discounts.exists()
    # Nor is Anna's code used up by it.
    assert not get_model("voucher", "VoucherApplication").objects.exists()
    code.refresh_from_db()
    assert code.used_at is None


def test_without_the_condition_the_code_works_for_anybody(anna, boris, ten_percent, shop, monkeypatch):
    # The negative control: what Oscar does by itself.
    monkeypatch.setattr(promise, "_verdict", lambda *_, **__: promise.Terms(share=Decimal("0.1")))
    code, browser = given(ten_percent, anna), browser_of(boris)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    assert total_in(browser) == TEN_OFF


def test_an_order_writes_down_that_the_code_was_used(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    order = buy(annas)
    code.refresh_from_db()
    use = OfferUse.objects.get()
    assert (order.total_excl_tax, code.order_number) == (TEN_OFF, order.number)
    assert (use.order_id, use.amount, use.code_id) == (order.pk, COFFEE - TEN_OFF, code.pk)
    assert code.used_at is not None


def test_a_used_code_says_so(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    buy(annas)
    put_into_basket(annas, shop["honey"])
    assert "already been used" in " ".join(_enter(annas, code.code))


def test_a_code_of_a_stranger_goes_on_with_the_account_they_open(client, open_shop, anna):
    look_at(client, open_shop["coffee"])
    put_into_basket(client, open_shop["coffee"])
    code = given_to_visitor(offered(), Visitor.objects.get().pk)
    enter_voucher(client, code.code)
    assert total_in(client) == TEN_OFF
    client.post("/accounts/login/", {"login-username": anna.email, "login-password": PASSWORD, "login_submit": "1"})
    assert total_in(client) == TEN_OFF


def test_a_guest_may_order_with_the_code_of_their_browser(client, ten_percent, shop):
    look_at(client, shop["coffee"])
    put_into_basket(client, shop["coffee"])
    code = given_to_visitor(ten_percent, Visitor.objects.get().pk)
    enter_voucher(client, code.code)
    assert buy(client, guest="guest@example.com").total_excl_tax == TEN_OFF


def test_it_ends_on_its_day_and_when_it_is_withdrawn(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert total_in(browser_of(anna)) == COFFEE
    assert withdraw(ten_percent.codes.all(), now=timezone.now()) == 1
    assert total_in(annas) == COFFEE


def test_a_paused_offer_lets_its_codes_wait(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    PersonalOffer.objects.update(status="paused")
    assert total_in(annas) == COFFEE
    PersonalOffer.objects.update(status="live")
    assert total_in(annas) == TEN_OFF


def test_asked_twice_the_same_person_has_the_same_code(anna, ten_percent):
    assert given(ten_percent, anna).code == given(ten_percent, anna).code


def test_nobody_known_gets_none(ten_percent):
    assert issue(ten_percent, Person(), reason="pop-up", now=timezone.now()) is None


def test_one_person_has_no_more_codes_at_once_than_the_shop_allows(anna, shop, settings):
    settings.PERSONALIZATION_CODES_AT_ONCE = 2
    for title in ("one", "two"):
        given(offered(title=title), anna)
    assert issue(offered(title="three"), Person(user_id=anna.pk), reason="x", now=timezone.now()) is None


def test_a_pool_of_codes_is_given_out_and_no_further(shop, anna, boris):
    offer = offered(most_codes=1)
    given(offer, anna)
    assert issue(offer, Person(user_id=boris.pk), reason="x", now=timezone.now()) is None


@pytest.mark.parametrize("fault", [RuntimeError, MemoryError])
def test_a_judge_that_fails_breaks_no_basket(annas, anna, ten_percent, shop, monkeypatch, fault):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)

    def fail(*_: Any, **__: Any) -> Any:
        raise fault("of ours")

    monkeypatch.setattr("personalization.campaigns.offers.judge._of_code", fail)
    assert total_in(annas) == COFFEE


def test_the_place_is_held_before_anything_is_paid(annas, anna, ten_percent, shop):
    code = given(ten_percent, anna)
    put_into_basket(annas, shop["coffee"])
    enter_voucher(annas, code.code)
    assert not OfferUse.objects.exists()
    preview = go_to_checkout(annas)
    assert preview.context["basket"].total_excl_tax == TEN_OFF
    assert OfferUse.objects.get().order_id is None
    pay(annas)
    assert OfferUse.objects.get().order_id is not None


def test_number_of_a_visitor_is_not_mistaken(ten_percent, client, shop):
    code = given_to_visitor(ten_percent, uuid.uuid4())
    put_into_basket(client, shop["coffee"])
    _enter(client, code.code)
    assert total_in(client) == COFFEE
