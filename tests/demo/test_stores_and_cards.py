"""What the data set says of each basket and household: the store where it was bought, the card that paid."""

from collections import Counter

import pytest
from oscar.core.loading import get_model

from shop_demo.cards import holders
from shop_demo.models import Household, LoadedShop
from shop_demo.stores import of_orders

pytestmark = [pytest.mark.data, pytest.mark.django_db]

Order = get_model("order", "Order")


def test_each_order_says_in_which_store_it_was_bought(journey_market: LoadedShop) -> None:
    placed = list(Order.objects.values_list("pk", flat=True))
    told = of_orders(placed)
    assert set(told) == set(placed)
    assert len(set(told.values())) > 1
    household = Household.objects.first()
    bought = Counter(told[pk] for pk in Order.objects.filter(user=household.user).values_list("pk", flat=True))
    assert f"Store {household.store_id}" in bought
    elsewhere = Order.objects.create(number="web-1", total_incl_tax=1, total_excl_tax=1, shipping_code="free")
    assert of_orders([elsewhere.pk]) == {}


def test_the_number_of_a_household_is_its_card(journey_market: LoadedShop) -> None:
    household = Household.objects.first()
    assert list(holders(f" card {household.number}")) == [household.user_id]
    assert list(holders("no card")) == list(holders("9" * 30)) == []
