"""The door to Oscar: what learning and lists are told of the catalogue and the orders."""

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from personalization import shop as door
from tests import people
from tests.people import NOW


def test_the_catalogue_lists_each_product_with_its_deepest_category_and_its_words(shop):
    found = {one.title: one for one in door.catalogue()}
    assert found["oat milk"].category_id == shop.categories["Breakfast"].pk
    assert found["oat milk"].words == "oat milk Everything Breakfast"
    assert "apron" in found
    assert "apron small" not in found


def test_a_hidden_product_is_not_in_the_catalogue(shop):
    type(shop["honey"]).objects.filter(pk=shop["honey"].pk).update(is_public=False)
    assert "honey" not in {one.title for one in door.catalogue()}


def test_a_product_stands_in_its_categories_and_in_those_above(shop):
    shop["oat milk"].categories.add(shop.categories["Household"])
    above = [shop.categories[name].pk for name in ("Everything", "Breakfast", "Household")]
    assert sorted(door.categories_of_products()[shop["oat milk"].pk]) == sorted(above)


def test_order_lines_name_the_listed_product_and_the_variant(shop, anna):
    order = people.ordered(anna, {shop["apron small"]: 2}, status="Pending")
    (line,) = door.order_lines(order_ids=[order.pk])
    assert (line.product_id, line.variant_id, line.quantity) == (shop["apron"].pk, shop["apron small"].pk, 2)
    assert (line.order_id, line.user_id, line.status, str(line.value)) == (order.pk, anna.pk, "Pending", "24.00")


def test_order_lines_of_a_period_begin_with_its_first_moment_and_end_before_its_last(shop, anna):
    for hours in range(4):
        people.ordered(anna, {shop["honey"]: 1 + hours}, at=NOW + timedelta(hours=hours))
    found = door.order_lines(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3))
    assert [line.quantity for line in found] == [2, 3]
    assert door.first_order_at() == NOW


def test_a_shop_without_orders_has_no_first_one(db):
    assert door.first_order_at() is None
    assert list(door.order_lines()) == []


@pytest.mark.parametrize("asked", [[], [999_999]])
def test_cards_of_nothing_are_none(shop, asked):
    assert door.cards(asked, buying=door.buying()) == ([], {})


def test_cards_come_in_the_order_asked_each_once(shop):
    cards, titles = door.cards(shop.ids("honey", "butter", "honey"), buying=door.buying(), titles_of=shop.ids("sponge"))
    assert [card.title for card in cards] == ["honey", "butter"]
    assert titles == {shop["sponge"].pk: "sponge"}


def test_a_picture_is_the_first_of_the_product(shop):
    images = get_model("catalogue", "ProductImage").objects
    images.create(product=shop["honey"], original="second.jpg", display_order=1)
    images.create(product=shop["honey"], original="first.jpg", display_order=0)
    cards, _ = door.cards(shop.ids("honey", "butter"), buying=door.buying())
    assert cards[0].picture.name == "first.jpg"
    assert cards[1].picture is None
