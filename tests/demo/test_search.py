"""The demo's search: words, parts of words, near misses, and what the log hears of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from oscar.apps.search.signals import user_search

from tests import people


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What was searched for, as Oscar's signal tells it."""
    queries: list[str] = []

    def listen(sender: Any, query: str, **more: Any) -> None:
        queries.append(query)

    user_search.connect(listen)
    yield queries
    user_search.disconnect(listen)


def found(client: Client, address: str) -> list[str]:
    return [product.title for product in client.get(address).context["products"]]


def test_all_words_must_match_in_any_form(client: Client, shop: people.Shop) -> None:
    assert found(client, "/search/?q=milk") == ["oat milk"]
    assert found(client, "/search/?q=oats+MILK") == ["oat milk"]


def test_the_last_word_may_be_unfinished(client: Client, shop: people.Shop) -> None:
    assert found(client, "/search/?q=cand") == ["candles"]


def test_the_name_of_a_category_finds_its_goods(client: Client, shop: people.Shop) -> None:
    assert "sponge" in found(client, "/search/?q=household")


def test_a_near_miss_shows_what_matches_some_words(client: Client, shop: people.Shop) -> None:
    response = client.get("/search/?q=rye+crisps")
    assert [product.title for product in response.context["products"]] == ["rye bread"]
    assert "Nothing has all of these words" in response.content.decode()


@pytest.mark.parametrize("words", ["", " ", "'", "a:* & !", "молоко", "the", "x" * 500])
def test_odd_words_never_break_the_page(client: Client, shop: people.Shop, words: str) -> None:
    assert client.get("/search/", {"q": words}).status_code == 200


def test_nothing_found_still_leads_on(client: Client, shop: people.Shop) -> None:
    html = client.get("/search/?q=zeppelin").content.decode()
    assert "We found nothing" in html
    assert shop.categories["Everything"].get_absolute_url() in html


def test_a_search_is_told_once_and_turning_pages_is_not_a_new_one(
    client: Client, shop: people.Shop, heard: list[str]
) -> None:
    client.get("/search/?q=milk")
    client.get("/search/?q=milk&sort=price")
    client.get("/search/?q=milk&page=1")
    client.get("/search/?q=")
    assert heard == ["milk"]


def test_a_broken_receiver_does_not_take_the_search_away(client: Client, shop: people.Shop) -> None:
    def fail(sender: Any, **more: Any) -> None:
        raise RuntimeError("broken")

    user_search.connect(fail)
    try:
        assert client.get("/search/?q=milk").status_code == 200
    finally:
        user_search.disconnect(fail)
