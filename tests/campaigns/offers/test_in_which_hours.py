"""A code works until its own day and in its offer's hours: list, basket and checkout say the same."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import get_default_timezone

from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from tests.campaigns.offers.folk import browser_of, given, go_to_checkout, offered, pay, told_in, total_in
from tests.journeys_of_oscar import enter_voucher, put_into_basket
from tests.people import Shop

COFFEE, TEN_OFF = Decimal("6.49"), Decimal("5.85")
HOURS = {"since": "09:00", "until": "18:00"}
WORDS = "09:00 to 18:00"


def _at(hour: int, minute: int = 0) -> datetime:
    # A Tuesday.
    return datetime(2030, 6, 4, hour, minute, tzinfo=get_default_timezone())


@pytest.fixture
def at_ten(shop: Shop) -> Any:
    """Inside of them; tests go on from here."""
    with time_machine.travel(_at(10), tick=False) as clock:
        yield clock


@pytest.fixture
def by_day(at_ten: Any) -> PersonalOffer:
    """Ten per cent off, by a code, from nine to six."""
    return offered(hours=HOURS)


def _with_code(user: Any, offer: PersonalOffer, shop: Shop) -> tuple[Client, PersonalCode]:
    browser, code = browser_of(user), given(offer, user)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    return browser, code


def test_in_its_hours_it_works(anna, by_day, shop):
    hers, _code = _with_code(anna, by_day, shop)
    assert total_in(hers) == TEN_OFF


def test_outside_of_them_the_basket_says_when(anna, by_day, shop, at_ten):
    hers, code = browser_of(anna), given(by_day, anna)
    put_into_basket(hers, shop["coffee"])
    at_ten.move_to(_at(19))
    told = told_in(hers.post("/basket/vouchers/add/", {"code": code.code}, follow=True))
    assert f"This code works at these hours: {WORDS}." in told
    assert total_in(hers) == COFFEE


def test_a_basket_from_its_hours_waits_for_them(anna, by_day, shop, at_ten):
    hers, _code = _with_code(anna, by_day, shop)
    at_ten.move_to(_at(19))
    assert total_in(hers) == COFFEE
    at_ten.move_to(_at(9) + timedelta(days=1))
    assert total_in(hers) == TEN_OFF


def test_the_checkout_says_when_and_keeps_the_code_unused(anna, by_day, shop, at_ten):
    hers, code = _with_code(anna, by_day, shop)
    at_ten.move_to(_at(19))
    answer = hers.get("/checkout/shipping-address/", follow=True)
    assert f"{code.code}: This code works at these hours: {WORDS}." in told_in(answer)
    assert go_to_checkout(hers).context["basket"].total_excl_tax == COFFEE
    pay(hers)
    code.refresh_from_db()
    assert code.used_at is None


def test_whoever_is_in_the_checkout_as_they_end_pays_what_they_saw(anna, by_day, shop, at_ten):
    hers, code = _with_code(anna, by_day, shop)
    at_ten.move_to(_at(17, 55))
    assert go_to_checkout(hers).context["basket"].total_excl_tax == TEN_OFF
    at_ten.move_to(_at(18, 2))
    pay(hers)
    code.refresh_from_db()
    assert code.order_number
    assert OfferUse.objects.get().amount == COFFEE - TEN_OFF


def test_an_offer_without_a_code_does_the_same(anna, shop, at_ten):
    offered(way="open", hours=HOURS)
    hers = browser_of(anna)
    put_into_basket(hers, shop["coffee"])
    at_ten.move_to(_at(17, 55))
    go_to_checkout(hers)
    at_ten.move_to(_at(18, 2))
    assert go_to_checkout(hers).context["basket"].total_excl_tax == TEN_OFF
    assert total_in(hers) == COFFEE
