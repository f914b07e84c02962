"""H2: an owner is warned while a tenth of a pool is left, and an offer of which nothing is left switches itself off."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.campaigns.offers.figures import figures
from personalization.campaigns.offers.keep import keep
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.publish import publish, withdraw
from tests.campaigns.offers.folk import browser_of, given, many, offered
from tests.journeys_of_oscar import buy, enter_voucher, put_into_basket


def _told(offer: PersonalOffer) -> str:
    offer.refresh_from_db()
    return " ".join(figures([offer], now=timezone.now())[offer.pk].problems)


def _used(offer: PersonalOffer, user: Any, shop: Any) -> None:
    browser, code = browser_of(user), given(offer, user)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    buy(browser)


def _keep() -> int:
    return keep(now=timezone.now()).switched_off


def test_a_full_pool_and_a_full_budget_say_nothing(shop):
    assert _told(offered(most_codes=20, most_uses=20)) == ""


def test_the_last_tenth_of_a_pool_of_codes_is_told(shop):
    offer, people = offered(most_codes=10), many(10)
    for user in people[:8]:
        given(offer, user)
    assert _told(offer) == ""
    given(offer, people[8])
    assert _told(offer) == "Only 1 code is left to give."
    given(offer, people[9])
    assert _told(offer) == "No code is left to give: raise their number, or archive the offer."


def test_the_last_tenth_of_a_budget_of_uses_is_told(shop):
    offer, people = offered(most_uses=10), many(9)
    for number, user in enumerate(people):
        assert _told(offer) == "", number
        _used(offer, user, shop)
    assert _told(offer) == "Only 1 use is left."


def test_a_budget_of_money_that_has_no_room_for_another_order_switches_it_off(shop, anna):
    # 0.64 of 1.00 is given away; another order might take 0.70.
    offer = offered(most_spent=Decimal(1), most_off=Decimal("0.70"))
    _used(offer, anna, shop)
    assert _keep() == 1
    told = _told(offer)
    assert (offer.status, offer.off_reason) == ("paused", "used_up")
    assert told.startswith("Switched off by itself: its budget is used up. Raise it and put it live, or archive it.")
    assert get_model("offer", "ConditionalOffer").objects.get(pk=offer.shop_offer_id).status == "Suspended"


def test_raising_the_budget_puts_it_back_to_work(shop, anna, boris):
    offer = offered(most_uses=1)
    _used(offer, anna, shop)
    assert _keep() == 1
    offer.refresh_from_db()
    offer.status, offer.most_uses = "live", 2
    offer.save()
    publish(offer, now=timezone.now())
    assert (_told(offer), offer.off_reason) == ("", "")
    _used(offer, boris, shop)
    assert _keep() == 1
    offer.refresh_from_db()
    assert offer.off_reason == "used_up"


def test_putting_it_live_without_raising_the_budget_changes_nothing_for_shoppers(shop, anna, boris):
    offer = offered(most_uses=1)
    _used(offer, anna, shop)
    assert _keep() == 1
    PersonalOffer.objects.update(status="live")
    offer.refresh_from_db()
    publish(offer, now=timezone.now())
    assert "Switched off by itself" in _told(offer)


def test_the_last_code_used_of_a_pool_switches_it_off(shop, anna):
    offer = offered(most_codes=1)
    _used(offer, anna, shop)
    assert _keep() == 1
    assert _told(offer).startswith("Switched off by itself: its codes are all given out")


def test_a_pool_whose_codes_were_taken_back_is_dry_and_one_with_a_live_code_is_not(shop, anna, boris):
    dry, alive = offered(title="dry", most_codes=1), offered(title="alive", most_codes=1)
    given(dry, anna)
    given(alive, boris)
    withdraw(dry.codes.all(), now=timezone.now())
    assert _keep() == 1
    dry.refresh_from_db()
    alive.refresh_from_db()
    assert (dry.off_reason, alive.off_reason) == ("no_codes", "")


def test_it_is_switched_off_once(shop, anna):
    offer = offered(most_codes=1)
    _used(offer, anna, shop)
    assert (_keep(), _keep()) == (1, 0)


@pytest.mark.parametrize("status", ["draft", "paused", "archived", "ended"])
def test_only_what_is_live_is_switched_off(shop, anna, status):
    offer = offered(most_codes=1)
    given(offer, anna)
    withdraw(offer.codes.all(), now=timezone.now())
    PersonalOffer.objects.update(status=status)
    assert _keep() == 0
