"""H2: no product gets more off than its owner allows, and an offer without a code is for its people alone."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.campaigns.offers.models import OfferUse, PersonalOffer
from personalization.people.segments.models import Membership, Segment
from personalization.recommend.facts.models import ProductFact
from personalization.shop.promise import spread
from tests.campaigns.offers.folk import browser_of, given, known, offered, total_in
from tests.journeys_of_oscar import buy, enter_voucher, put_into_basket
from tests.people import NOW, know_goods


@pytest.fixture
def regulars(anna: Any) -> Segment:
    """Anna alone."""
    segment = Segment.objects.create(name="Regulars", size=1, counted_at=NOW)
    Membership.objects.create(segment=segment, person=known(anna).person, since=NOW)
    return segment


def _total(user: Any, offer: PersonalOffer, *goods: Any) -> Decimal:
    browser, code = browser_of(user), given(offer, user)
    for one in goods:
        put_into_basket(browser, one)
    enter_voucher(browser, code.code)
    return total_in(browser)


def test_never_more_off_one_product_than_allowed(shop, anna):
    assert _total(anna, offered(value=50, most_percent=30), shop["coffee"]) == Decimal("4.55")  # 6.49 less 30 %


def test_what_is_reduced_already_comes_down_no_further_than_allowed(shop, anna):
    know_goods(shop)
    # Usually 8.00, now 6.49: 30 % off 8.00 is 5.60; a share that does not come out even is cut, never rounded up.
    ProductFact.objects.filter(product_id=shop["coffee"].pk).update(usual_price=Decimal("8.00"))
    assert _total(anna, offered(value=50, most_percent=30), shop["coffee"]) == Decimal("5.61")


def test_a_margin_is_kept(shop, anna):
    know_goods(shop, coffee=0.4)
    # It costs 60 % of 6.49 = 3.894; with 20 % kept of what is paid, at least 4.8675 is paid.
    assert _total(anna, offered(value=50, least_margin=20), shop["coffee"]) == Decimal("4.87")


def test_off_one_order_at_most(shop, anna):
    assert _total(anna, offered(value=50, most_off=Decimal(1)), shop["coffee"]) == Decimal("5.49")


def test_an_amount_is_taken_off_the_basket(shop, anna):
    offer = offered(kind="amount", value=Decimal(2))
    assert _total(anna, offer, shop["coffee"], shop["honey"]) == Decimal("9.48")  # 11.48 less 2.00


def test_only_the_chosen_goods_are_lowered(shop, anna):
    offer = offered(value=10, goods={"categories": [shop.categories["Household"].pk]})
    assert _total(anna, offer, shop["coffee"], shop["candles"]) == Decimal("11.89")  # 5.99 less 0.59; 6.49 as it is


def test_a_basket_that_is_too_small_gets_nothing(shop, anna):
    assert _total(anna, offered(least_basket=Decimal(10)), shop["coffee"]) == Decimal("6.49")


def test_an_amount_is_spread_to_the_cent_within_each_bound():
    worth, bounds = [Decimal(10), Decimal(10), Decimal(10)], [Decimal(1), Decimal(10), Decimal(10)]
    offs = spread(worth, bounds, share=Decimal(0), amount=Decimal("9.99"), most=None)
    assert offs[0] == 1
    assert sum(offs) == Decimal("9.99")
    assert all(off <= bound for off, bound in zip(offs, bounds, strict=True))


def test_an_offer_without_a_code_is_for_its_people_alone(shop, anna, boris, client, regulars):
    offered(way="open", audience={"in": [regulars.pk]})
    for who, total in ((browser_of(anna), "5.85"), (browser_of(boris), "6.49"), (client, "6.49")):
        put_into_basket(who, shop["coffee"])
        assert total_in(who) == Decimal(total)


def test_not_for_those_in_a_segment(shop, anna, boris, regulars):
    offered(way="open", audience={"not_in": [regulars.pk]})
    for who, total in ((browser_of(anna), "6.49"), (browser_of(boris), "5.85")):
        put_into_basket(who, shop["coffee"])
        assert total_in(who) == Decimal(total)


def test_its_use_is_written_down(shop, anna, regulars):
    offer = offered(way="open", audience={"in": [regulars.pk]})
    browser = browser_of(anna)
    put_into_basket(browser, shop["coffee"])
    order = buy(browser)
    assert order.total_excl_tax == Decimal("5.85")
    assert OfferUse.objects.get(offer=offer).order_id == order.pk


def test_many_offers_without_a_code_cost_one_query_a_request(shop, anna, regulars):
    def asked() -> list[str]:
        browser = browser_of(anna)
        put_into_basket(browser, shop["coffee"])
        browser.get("/basket/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get("/basket/")
        ours = [one["sql"] for one in queries if "personalization_" in one["sql"]]
        return [one for one in ours if "personaloffer" in one or "membership" in one or "personalcode" in one]

    for number in range(5):
        offered(title=f"offer {number}", way="open", audience={"in": [regulars.pk]})
    assert len(asked()) <= 1
