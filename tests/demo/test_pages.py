"""The demo's pages: each opens, shows what it should, and costs no more than it may."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from tests import people


def page(client: Client, address: str, **more: Any) -> str:
    response = client.get(address, **more)
    assert response.status_code == 200, address
    return response.content.decode()


def queries(client: Client, address: str) -> int:
    """How many queries the page costs once the tree of departments is in the cache."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)


def put(client: Client, product: Any, quantity: int = 1) -> Any:
    return client.post(f"/basket/add/{product.pk}/", {"quantity": quantity})


def test_home_greets_by_name_only_whom_it_knows(client: Client, shop: people.Shop, anna: Any) -> None:
    assert "Good to see you" not in page(client, "/")
    people.log_in(client, anna)
    assert "Good to see you, Anna" in page(client, "/")


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_pages_open_in_every_language(client: Client, shop: people.Shop, language: str) -> None:
    for address in ("/", "/catalogue/", "/basket/", "/accounts/login/", "/search/?q=milk"):
        assert f'<html lang="{language}">' in page(client, address, headers={"accept-language": language})


def test_a_category_shows_its_goods_and_those_below_it(client: Client, shop: people.Shop) -> None:
    everything = page(client, shop.categories["Everything"].get_absolute_url())
    breakfast = page(client, shop.categories["Breakfast"].get_absolute_url())
    assert "oat milk" in everything
    assert "sponge" in everything
    assert "oat milk" in breakfast
    assert "sponge" not in breakfast


def test_an_old_address_of_a_category_leads_to_the_new_one(client: Client, shop: people.Shop) -> None:
    category = shop.categories["Breakfast"]
    response = client.get(f"/catalogue/category/morning_{category.pk}/")
    assert (response.status_code, response["Location"]) == (301, category.get_absolute_url())


def test_a_hidden_category_is_not_shown(client: Client, shop: people.Shop) -> None:
    category = shop.categories["Household"]
    get_model("catalogue", "Category").objects.filter(pk=category.pk).update(is_public=False)
    assert client.get(category.get_absolute_url()).status_code == 404


def test_cheapest_first_counts_variants_by_their_lowest_price(client: Client, shop: people.Shop) -> None:
    html = page(client, shop.categories["Household"].get_absolute_url() + "?sort=-price")
    assert html.index("apron") < html.index("advent calendar") < html.index("candles") < html.index("sponge")
    assert "$12.00" in html


def test_a_product_page_offers_every_variant(client: Client, shop: people.Shop) -> None:
    html = page(client, shop["apron"].get_absolute_url())
    assert "apron small" in html
    assert "apron large" in html
    variant = client.get(shop["apron large"].get_absolute_url())
    assert (variant.status_code, variant["Location"]) == (301, shop["apron"].get_absolute_url())


def test_a_sold_out_product_offers_a_letter_instead_of_the_basket(client: Client, shop: people.Shop) -> None:
    html = page(client, shop["advent calendar"].get_absolute_url())
    assert 'id="alert_form"' in html
    assert 'id="add_to_basket_form"' not in html


def test_the_glance_tells_the_new_total(client: Client, shop: people.Shop) -> None:
    answer = client.post(
        f"/basket/add/{shop['honey'].pk}/", {"quantity": 2, "next": "/demo/basket/"}, follow=True
    ).content.decode()
    assert "$9.98" in answer
    assert "<strong>honey</strong> is in your basket" in answer
    assert "<html" not in answer


def test_missing_pages_and_forbidden_ones_look_like_the_shop(client: Client, shop: people.Shop) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()


def test_pages_need_no_inline_script_or_style(client: Client, shop: people.Shop) -> None:
    put(client, shop["honey"])
    addresses = [
        "/",
        "/catalogue/",
        "/basket/",
        "/search/?q=none",
        shop["apron"].get_absolute_url(),
        "/accounts/login/",
    ]
    for address in addresses:
        html = page(client, address)
        assert "<style" not in html
        assert " style=" not in html
        assert "onclick" not in html
        assert html.count("<script") == html.count("<script src=")
        assert "googleapis" not in html


def test_queries_do_not_grow_with_goods_or_basket(client: Client, shop: people.Shop) -> None:
    category = shop.categories["Everything"].get_absolute_url()
    few = queries(client, category + "?page=1")
    for number in range(10):
        people.product(f"soup {number}", category=shop.categories["Breakfast"])
    assert queries(client, category + "?page=1") == few <= 14
    put(client, shop["honey"])
    with_one = queries(client, category + "?page=1")
    for title in ("butter", "muesli", "coffee"):
        put(client, shop[title])
    assert queries(client, category + "?page=1") == with_one <= few + 13


def test_the_product_page_costs_less_than_oscars(client: Client, shop: people.Shop) -> None:
    # Oscar's own page costs 16 queries without a history, and 50 with one of twenty products.
    assert queries(client, shop["honey"].get_absolute_url()) <= 24
