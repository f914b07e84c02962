"""A shopper's own list says of each code until when and in which hours it works, and whether it is in the basket."""

from datetime import datetime

import time_machine
from django.test import Client
from django.utils.timezone import get_default_timezone
from oscar.core.loading import get_model

from personalization.shop.codes import vouchers_in_basket
from tests.campaigns.offers.folk import browser_of, given, offered
from tests.journeys_of_oscar import enter_voucher, put_into_basket

TASTE = "/personalization/taste/"
USE = ">Use it</button>"


def _list(browser: Client) -> str:
    page = browser.get(TASTE).content.decode()
    return page[page.index('class="pz-own"') :]


def test_a_code_in_the_basket_has_no_button_any_more(anna, shop):
    browser, first, second = browser_of(anna), given(offered(title="one"), anna), given(offered(title="two"), anna)
    put_into_basket(browser, shop["coffee"])
    assert _list(browser).count(USE) == 2
    enter_voucher(browser, first.code)
    told = _list(browser)
    assert told.count(USE) == 1
    assert told.count("In your basket") == 1
    assert f'value="{second.code}"' in told


def test_a_guest_s_basket_is_looked_at_too(client, shop):
    put_into_basket(client, shop["coffee"])
    basket = get_model("basket", "Basket").objects.get()
    voucher = get_model("voucher", "Voucher").objects.create(
        code="ANY", name="any", start_datetime=basket.date_created, end_datetime=basket.date_created
    )
    basket.vouchers.add(voucher)
    assert vouchers_in_basket(client.get("/basket/").wsgi_request) == {voucher.pk}
    assert vouchers_in_basket(Client().get("/basket/").wsgi_request) == set()


def test_hours_stand_beside_the_day(anna, shop):
    zone = get_default_timezone()
    with time_machine.travel(datetime(2030, 6, 4, 10, tzinfo=zone), tick=False) as clock:
        given(offered(hours={"days": [1], "since": "09:00", "until": "18:00"}), anna)
        browser = browser_of(anna)
        put_into_basket(browser, shop["coffee"])
        told = _list(browser)
        assert "works: Tue, 09:00 to 18:00" in told
        assert USE in told
        clock.move_to(datetime(2030, 6, 4, 19, tzinfo=zone))
        told = _list(browser)
        assert "Not at this hour" in told
        assert USE not in told


def test_the_basket_names_a_code_once(anna, shop):
    browser, code = browser_of(anna), given(offered(title="15 % off"), anna)
    put_into_basket(browser, shop["coffee"])
    enter_voucher(browser, code.code)
    page = browser.get("/basket/").content.decode()
    assert f"15 % off ({code.code})" in " ".join(page.split())
    assert page.count(f"· {code.code}") == 0


def test_an_offer_is_called_in_the_basket_as_its_owner_calls_it(anna, shop):
    first, second = (offered(title="5 % off", way="open") for _ in range(2))
    names = get_model("offer", "ConditionalOffer").objects.in_bulk()
    assert names[first.shop_offer_id].name == "5 % off"
    # Oscar wants each name once.
    assert names[second.shop_offer_id].name == f"5 % off (#{second.pk})"


def test_codes_of_offers_with_the_same_title_stand_in_sets_of_their_own(anna, boris, shop):
    codes = [given(offered(title="same"), user) for user in (anna, boris)]
    sets = get_model("voucher", "Voucher").objects.filter(pk__in=[one.voucher_id for one in codes])
    assert sets.values("voucher_set").distinct().count() == 2
