"""Whoever pays gets their order at the price that they saw, whatever became of the offer meanwhile."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from personalization.campaigns.offers.figures import figures
from personalization.campaigns.offers.keep import keep
from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from personalization.events.models import Visitor
from tests.campaigns.offers.folk import (
    basket_of,
    browser_of,
    given,
    given_to_visitor,
    go_to_checkout,
    offered,
    placed,
    told_in,
    total_in,
)
from tests.journeys_of_oscar import buy, enter_voucher, look_at, put_into_basket
from tests.people import Shop

COFFEE, TEN_OFF = Decimal("6.49"), Decimal("5.85")
LATER, NEXT_DAY = timedelta(minutes=16), timedelta(days=1, minutes=20)


def _with_code(user: Any, offer: PersonalOffer, shop: Shop) -> tuple[Client, PersonalCode]:
    browser, code = browser_of(user), given(offer, user)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    return browser, code


def _freeze(user: Any) -> Any:
    basket = get_model("basket", "Basket").objects.get(owner=user, status="Open")
    basket.freeze()
    return basket


def _over(offer: PersonalOffer) -> list[str]:
    return list(figures([offer], now=timezone.now())[offer.pk].problems)


@pytest.fixture
def one_place(shop: Shop) -> PersonalOffer:
    """Ten per cent off, once."""
    return offered(most_uses=1)


def test_who_comes_too_late_sees_the_full_price_and_why(anna, boris, one_place, shop):
    hers, _code = _with_code(anna, one_place, shop)
    his, code = _with_code(boris, one_place, shop)
    assert go_to_checkout(hers).context["basket"].total_excl_tax == TEN_OFF
    assert total_in(his) == TEN_OFF
    answer = his.get("/checkout/shipping-address/", follow=True)
    assert f"{code.code}: This code can&#x27;t be used right now" in answer.content.decode()
    assert go_to_checkout(his).context["basket"].total_excl_tax == COFFEE
    # Said once, and the code is still theirs.
    assert not any(code.code in one for one in told_in(his.get("/checkout/preview/")))
    code.refresh_from_db()
    assert code.used_at is None


def test_a_latecomer_without_a_code_is_told_once(anna, boris, shop):
    offered(way="open", most_uses=1)
    hers, his = browser_of(anna), browser_of(boris)
    for one in (hers, his):
        put_into_basket(one, shop["coffee"])
    go_to_checkout(hers)
    first = his.get("/checkout/shipping-address/", follow=True)
    assert any("is all taken at the moment, so you see the full price." in one for one in told_in(first))
    assert not any("is all taken" in one for one in told_in(go_to_checkout(his)))


def test_a_basket_without_the_goods_takes_no_place_and_hears_nothing(anna, shop):
    offered(way="open", most_uses=1, goods={"categories": [shop.categories["Household"].pk]})
    hers = browser_of(anna)
    put_into_basket(hers, shop["coffee"])
    assert told_in(go_to_checkout(hers)) == []
    assert not OfferUse.objects.exclude(basket_id=None).exists()


def test_a_code_that_the_basket_is_too_small_for_is_not_used_up_in_the_checkout(anna, shop):
    offer = offered(least_basket=Decimal(10))
    hers, code = browser_of(anna), given(offer, anna)
    put_into_basket(hers, shop["coffee"])
    get_model("basket", "Basket").objects.get(owner=anna).vouchers.add(code.voucher_id)
    answer = hers.get("/checkout/shipping-address/", follow=True)
    assert "This code is for baskets from $10.00; the goods that it is for come to $6.49." in " ".join(told_in(answer))
    assert buy(hers).total_excl_tax == COFFEE
    assert not get_model("voucher", "VoucherApplication").objects.exists()


@pytest.fixture
def _unnamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personalization.campaigns.offers.judge.is_checkout", lambda _request: False)


@pytest.mark.usefixtures("_unnamed")
def test_a_checkout_that_says_nothing_of_itself_refuses_no_order(anna, boris, one_place, shop):
    hers, _code = _with_code(anna, one_place, shop)
    his, _other = _with_code(boris, one_place, shop)
    # Both stand before the last button, and see the lower price.
    assert [go_to_checkout(one).context["basket"].total_excl_tax for one in (hers, his)] == [TEN_OFF, TEN_OFF]
    first = get_model("basket", "Basket").objects.get(owner=anna)
    second = get_model("basket", "Basket").objects.get(owner=boris)
    for basket in (first, second):
        basket.freeze()
    assert {placed(basket).total_excl_tax for basket in (first, second)} == {TEN_OFF}
    assert OfferUse.objects.exclude(order_id=None).count() == 2


def test_oscars_checkout_is_known_under_any_name(anna, one_place, shop, settings):
    settings.PERSONALIZATION_CHECKOUT_VIEWS = ()
    hers, _code = _with_code(anna, one_place, shop)
    assert go_to_checkout(hers).context["basket"].total_excl_tax == TEN_OFF
    assert OfferUse.objects.exclude(basket_id=None).count() == 1


def test_a_program_that_orders_an_unpaid_basket_is_refused_when_the_budget_is_over(anna, boris, one_place, shop):
    first, second = (
        basket_of(one, shop["coffee"], code=given(one_place, one)) for one in (anna, boris)
    )  # fmt: skip
    # Both were priced before either was ordered.
    second = get_model("basket", "Basket").objects.get(pk=second.pk)
    second.strategy = get_class("partner.strategy", "Selector")().strategy()
    get_class("offer.applicator", "Applicator")().apply(second, boris)
    assert placed(first).total_excl_tax == TEN_OFF
    with pytest.raises(get_class("order.exceptions", "UnableToPlaceOrder")):
        placed(second, is_priced=True)
    second.freeze()
    assert placed(second, is_priced=True).total_excl_tax == TEN_OFF


def test_more_than_a_day_at_the_payment_provider_costs_nobody_their_order(anna, boris, one_place, shop):
    hers, code = _with_code(anna, one_place, shop)
    go_to_checkout(hers)
    basket = _freeze(anna)
    with time_machine.travel(timezone.now() + NEXT_DAY):
        his, _other = _with_code(boris, one_place, shop)
        assert buy(his).total_excl_tax == TEN_OFF
        assert keep(now=timezone.now()).switched_off == 1
        one_place.refresh_from_db()
        assert one_place.off_reason == "used_up"
        assert placed(basket).total_excl_tax == TEN_OFF
        code.refresh_from_db()
        assert code.order_number
        assert OfferUse.objects.exclude(order_id=None).count() == 2
        told = " ".join(_over(one_place))
    assert "Used 2 times, 1 more than its budget" in told


def test_within_the_budget_nothing_is_said_of_more(anna, one_place, shop):
    hers, _code = _with_code(anna, one_place, shop)
    buy(hers)
    one_place.refresh_from_db()
    assert "more than its budget" not in " ".join(_over(one_place))


def test_pausing_an_offer_takes_nothing_from_a_basket_that_is_being_paid(anna, one_place, shop):
    hers, _code = _with_code(anna, one_place, shop)
    go_to_checkout(hers)
    basket = _freeze(anna)
    PersonalOffer.objects.update(status="paused")
    assert placed(basket).total_excl_tax == TEN_OFF


def test_the_payment_of_a_guest_is_told_by_somebody_else_s_request(client, shop):
    look_at(client, shop["coffee"])
    put_into_basket(client, shop["coffee"])
    code = given_to_visitor(offered(), Visitor.objects.get().pk)
    enter_voucher(client, code.code)
    basket = get_model("basket", "Basket").objects.get()
    client.post("/checkout/", {"options": "anonymous", "username": "guest@example.com"})
    client.get("/checkout/shipping-address/")
    basket.freeze()
    assert placed(basket).total_excl_tax == TEN_OFF


def test_a_place_whose_order_was_not_written_down_is_given_to_nobody_else(anna, boris, one_place, shop, monkeypatch):
    hers, _code = _with_code(anna, one_place, shop)

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("of ours")

    with monkeypatch.context() as broken:
        broken.setattr("personalization.campaigns.offers.places.settle", fail)
        assert buy(hers).total_excl_tax == TEN_OFF
    assert not OfferUse.objects.exclude(order_id=None).exists()
    with time_machine.travel(timezone.now() + LATER):
        his, _other = _with_code(boris, one_place, shop)
        assert buy(his).total_excl_tax == COFFEE
        assert keep(now=timezone.now()).settled == 1
    assert OfferUse.objects.exclude(order_id=None).count() == 1


def test_a_place_whose_basket_was_ordered_without_the_discount_is_free_again(anna, boris, one_place, shop):
    hers, code = _with_code(anna, one_place, shop)
    go_to_checkout(hers)
    hers.post(reverse("basket:vouchers-remove", args=[code.voucher_id]))
    assert buy(hers).total_excl_tax == COFFEE
    with time_machine.travel(timezone.now() + LATER):
        his, _other = _with_code(boris, one_place, shop)
        assert buy(his).total_excl_tax == TEN_OFF
