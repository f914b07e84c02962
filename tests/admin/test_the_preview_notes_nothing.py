"""The preview shows a block as the shop would, to whomever one likes, and leaves no trace."""

from typing import Any

from django.test import Client

from personalization.events.models import Event, Visitor
from personalization.recommend.models import RankedList, ServedModel
from personalization.storefront.models import Block
from tests.admin.stories import address
from tests.people import NOW, Shop

PREVIEW = "preview"


def test_a_look_at_the_preview_is_not_counted_as_shown(owner: Client, filled_shop: Shop, bestsellers: Block) -> None:
    before = (Event.objects.count(), Visitor.objects.count())
    page = owner.get(address("block", PREVIEW), {"block": bestsellers.pk}).content.decode()
    assert "oat milk" in page
    assert (Event.objects.count(), Visitor.objects.count()) == before


def test_it_may_stand_in_a_frame_of_the_same_site_only(owner: Client, filled_shop: Shop, bestsellers: Block) -> None:
    answer = owner.get(address("block", PREVIEW), {"block": bestsellers.pk})
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_it_follows_the_unsaved_form(owner: Client, filled_shop: Shop, bestsellers: Block) -> None:
    form = {"block": bestsellers.pk, "slot": "home-3", "strategy": "bestsellers", "limit": 1, "minimum": 1,
            "position": 1, "fallback": "hide", "parameter_period": "week", "parameter_measure": "units",
            "title_en": "Fresh today"}  # fmt: skip
    page = owner.get(address("block", PREVIEW), form).content.decode()
    assert "Fresh today" in page
    assert "oat milk" in page
    assert "rye bread" not in page
    bestsellers.refresh_from_db()
    assert bestsellers.titles == {}


def test_the_product_decides_what_goes_with_it(owner: Client, filled_shop: Shop) -> None:
    block = Block.objects.create(slot="product-2", strategy="bought_together", minimum=1)
    query = {"block": block.pk, "product": filled_shop["oat milk"].pk}
    page = owner.get(address("block", PREVIEW), query).content.decode()
    assert "On the page of “oat milk”" in page
    assert "honey" in page


def test_the_shopper_decides_what_was_viewed(owner: Client, filled_shop: Shop, anna: Any) -> None:
    block = Block.objects.create(slot="home-1", strategy="recently_viewed", minimum=1)
    stranger = owner.get(address("block", PREVIEW), {"block": block.pk}).content.decode()
    assert "A stranger has no history yet" in stranger
    known = owner.get(address("block", PREVIEW), {"block": block.pk, "shopper": anna.pk}).content.decode()
    assert "butter" in known


def test_stand_ins_are_named(owner: Client, filled_shop: Shop) -> None:
    goods = filled_shop.ids("coffee", "green tea", "honey")
    RankedList.objects.create(measure="units", period="month", product_ids=goods, scores=[3, 2, 1], refreshed_at=NOW)
    block = Block.objects.create(slot="product-1", strategy="similar", minimum=2)
    query = {"block": block.pk, "product": filled_shop["sponge"].pk}
    page = owner.get(address("block", PREVIEW), query).content.decode()
    assert "Best sellers · stands in" in page
    assert "fewer than 2 products of this kind" in page


def test_without_a_model_it_says_what_to_do(owner: Client, filled_shop: Shop) -> None:
    ServedModel.objects.all().delete()
    block = Block.objects.create(slot="product-1", strategy="similar", fallback="hide")
    page = owner.get(address("block", PREVIEW), {"block": block.pk, "product": filled_shop["oat milk"].pk})
    assert "No model has been trained yet: start a training." in page.content.decode()


def test_a_basket_block_takes_the_product_as_if_it_lay_in_the_basket(owner: Client, filled_shop: Shop) -> None:
    block = Block.objects.create(slot="basket-1", strategy="goes_with_basket", minimum=1)
    query = {"block": block.pk, "product": filled_shop["oat milk"].pk}
    page = owner.get(address("block", PREVIEW), query).content.decode()
    assert "With “oat milk” in the basket" in page
    assert "coffee" in page


def test_products_are_found_by_title_and_by_number(owner: Client, filled_shop: Shop) -> None:
    by_title = owner.get(address("block", "find_product"), {"q": "OAT"}).json()["found"]
    by_upc = owner.get(address("block", "find_product"), {"q": "oat-milk"}).json()["found"]
    of_variant = owner.get(address("block", "find_product"), {"q": "apron-small"}).json()["found"]
    assert [one["label"] for one in by_title] == ["oat milk"] == [one["label"] for one in by_upc]
    assert [one["label"] for one in of_variant] == ["apron"]


def test_shoppers_are_found_by_email(owner: Client, anna: Any) -> None:
    assert owner.get(address("block", "find_shopper"), {"q": "anna@"}).json()["found"][0]["id"] == anna.pk
