"""What capture costs a product page of bare Oscar, and what Oscar's own counters cost."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events import receivers
from tests import people
from tests.journeys_of_oscar import look_at, put_into_basket

SIGNALS = (
    ("catalogue.signals", "product_viewed", "receive_product_view"),
    ("search.signals", "user_search", "receive_product_search"),
    ("basket.signals", "basket_addition", "receive_basket_addition"),
    ("order.signals", "order_placed", "receive_order_placed"),
)


def cost(action) -> int:
    """How many queries the action makes."""
    with CaptureQueriesContext(connection) as sent:
        action()
    return len(sent)


@pytest.mark.parametrize("who", ["stranger", "customer"])
@pytest.mark.parametrize("visit", ["first page", "later page"])
def test_a_product_page_costs_at_most_one_query_more(open_shop, client, anna, settings, who, visit):
    if who == "customer":
        people.log_in(client, anna)
    look_at(client, open_shop["oat milk"])
    if visit == "first page":
        for cookie in ("pz_visit", "pz_vid"):
            client.cookies.pop(cookie, None)
    with_us = cost(lambda: look_at(client, open_shop["oat milk"]))
    settings.PERSONALIZATION_ENABLED = False
    assert with_us <= cost(lambda: look_at(client, open_shop["oat milk"])) + 1


class TestOscarsOwnCounters:
    @pytest.fixture(autouse=True)
    def _as_before(self) -> Iterator[None]:
        yield
        for module, name, receive in SIGNALS:
            receivers._oscar(module, name).connect(receivers.get_class("analytics.receivers", receive))

    def counted(self) -> int:
        return receivers.get_model("analytics", "ProductRecord").objects.count()

    def test_stay_unless_the_shop_says_otherwise(self, open_shop, client, settings):
        settings.PERSONALIZATION_REPLACE_OSCAR_ANALYTICS = False
        receivers.connect()
        look_at(client, open_shop["oat milk"])
        assert self.counted() == 1

    def test_are_off_the_pages_when_it_does(self, open_shop, client, anna, settings):
        people.log_in(client, anna)
        look_at(client, open_shop["oat milk"])
        look, add = (
            (lambda: look_at(client, open_shop["oat milk"])),
            (lambda: put_into_basket(client, open_shop["honey"])),
        )
        add()
        looked, added = cost(look), cost(add)
        settings.PERSONALIZATION_REPLACE_OSCAR_ANALYTICS = True
        receivers.connect()
        counted = self.counted()
        assert cost(look) <= looked - 3
        assert cost(add) <= added - 2
        look_at(client, open_shop["butter"])
        assert self.counted() == counted
