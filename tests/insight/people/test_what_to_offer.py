"""The goods to offer a customer in the store: what may be bought now, the likeliest first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils.html import escape

from personalization.events.models import Event, Visitor
from personalization.insight.people.goods import goods_for
from personalization.insight.people.who import who_is
from personalization.recommend.rank import refresh_rankings
from personalization.shop import money_told
from tests.insight.people.conftest import page_of
from tests.people import NOW, Shop, bought


def panel(client: Client, who: Any) -> str:
    """What stands under "What to offer them now"."""
    return client.get(page_of(who)).content.decode().split('id="pz-offer"')[1].split("</section>")[0]


def popular(shop: Shop, boris: Any) -> None:
    bought(boris, {shop["butter"]: 4, shop["honey"]: 1}, at=NOW - timedelta(days=2))
    refresh_rankings(now=NOW)


def test_goods_with_price_and_reason_also_for_who_may_not_see_accounts(
    analyst: Client, shop: Shop, regular: Any, boris: Any
) -> None:
    popular(shop, boris)
    told = panel(analyst, regular)
    assert "butter" in told
    assert "Many others buy it." in told
    assert escape(money_told(shop["butter"].stockrecords.get().price)) in told


def test_nothing_of_it_is_noted(seller: Client, shop: Shop, regular: Any, boris: Any) -> None:
    popular(shop, boris)
    panel(seller, regular)
    assert not Event.objects.filter(kind__in=["block_shown", "block_seen"]).exists()


def test_what_cannot_be_bought_is_not_offered(seller: Client, shop: Shop, regular: Any, boris: Any) -> None:
    popular(shop, boris)
    shop["butter"].stockrecords.update(num_in_stock=0)
    assert "butter" not in panel(seller, regular)


def test_an_empty_shop_says_so_and_a_stranger_too(
    seller: Client, shop: Shop, anna: Any, stranger_browser: Visitor
) -> None:
    for product in shop.products.values():
        product.stockrecords.update(num_in_stock=0)
    assert "Nothing to offer yet" in panel(seller, anna)
    assert "hang on the visit going on" in panel(seller, stranger_browser)


def test_a_choice_that_fails_does_not_take_the_page_along(
    seller: Client, shop: Shop, regular: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("personalization.insight.people.goods.select", lambda *_: 1 / 0)
    assert "Nothing to offer yet" in panel(seller, regular)


def test_it_costs_as_much_as_the_first_block_of_a_page(
    shop: Shop, regular: Any, boris: Any, django_assert_max_num_queries: Any
) -> None:
    popular(shop, boris)
    who = who_is(UUID(int=regular.pk), may_see=True)
    assert who is not None
    with django_assert_max_num_queries(11):
        assert goods_for(who, now=NOW)
