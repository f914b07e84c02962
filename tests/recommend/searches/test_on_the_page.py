"""On the page of a search: the same words, else any order, else the rarest word."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines

from personalization.recommend.choose import choose
from personalization.recommend.models import RankedList
from personalization.recommend.searches.models import SearchList
from personalization.recommend.strategies.strategy import strategies
from personalization.storefront.models import Block
from personalization.storefront.request import page_of
from tests.people import NOW


@pytest.fixture
def searched(shop):
    def write(scope: str, words: str, *titles: str, people: int = 5) -> None:
        scores = [float(len(titles) - place) for place in range(len(titles))]
        SearchList.objects.create(
            scope=scope, words=words, product_ids=shop.ids(*titles), scores=scores, people=people, refreshed_at=NOW
        )

    return write


def offered(shop, context, words: str, now_with) -> list[str]:
    found = strategies.get("from_search").candidates(now_with(context, search=words), {})
    return shop.titles(one.product_id for one in found)


class TestBackOff:
    @pytest.fixture(autouse=True)
    def _known(self, searched):
        searched("words", "oat milk", "honey", "butter")
        searched("any_order", "milk oat", "butter", "coffee")
        searched("one_word", "milk", "muesli", people=90)
        searched("one_word", "oat", "sponge", people=4)

    def test_the_same_words_first_then_any_order_then_the_rarer_word(self, shop, context, now_with):
        expected = ["honey", "butter", "coffee", "sponge", "muesli"]
        assert offered(shop, context, " Oat MILK", now_with) == expected

    def test_in_another_order(self, shop, context, now_with):
        assert offered(shop, context, "milk oat", now_with) == ["butter", "coffee", "sponge", "muesli"]

    def test_a_word_of_it(self, shop, context, now_with):
        assert offered(shop, context, "fresh milk", now_with) == ["muesli"]

    @pytest.mark.parametrize("words", ["", "  ", "caviar", "%", "'; --", "\0"], ids=range(6))
    def test_of_anything_else_nothing(self, shop, context, now_with, words):
        assert offered(shop, context, words, now_with) == []

    def test_the_heading_says_for_which_word(self, context, now_with):
        here = now_with(context, search="fresh milk")
        assert choose(here, "from_search", stand_ins=()).level.told == "“milk”"
        assert choose(now_with(context, search="oat milk"), "from_search", stand_ins=()).level.told == ""


def test_it_is_one_query(context, searched, now_with, django_assert_num_queries):
    searched("words", "oat milk", "honey")
    with django_assert_num_queries(1):
        strategies.get("from_search").candidates(now_with(context, search="oat milk"), {})
    with django_assert_num_queries(0):
        strategies.get("from_search").candidates(now_with(context, search=""), {})


class TestThePage:
    def test_knows_what_is_searched_for(self, client, shop, rf):
        request = client.get("/search/?q=%20oat%20%20milk").wsgi_request
        assert page_of(request).search == "oat milk"
        elsewhere = client.get("/catalogue/?q=oat").wsgi_request
        assert page_of(elsewhere).search == ""

    @pytest.mark.parametrize("words", ["caviar", "honey"])
    def test_of_the_demo_shows_it_with_results_and_without(self, client, shop, searched, words):
        searched("words", words, "honey", "butter", "coffee")
        Block.objects.create(slot="search-1", strategy="from_search", minimum=1, fallback="hide")
        html = client.get(f"/search/?q={words}").content.decode()
        assert "People who searched for this chose" in html
        assert html.count('data-pz-strategy="from_search"') == 1

    def test_of_a_search_that_nobody_knows_has_no_such_heading(self, client, shop):
        RankedList.objects.create(
            measure="units", period="month", product_ids=shop.ids("honey", "butter", "coffee"), scores=[3, 2, 1],
            refreshed_at=NOW,
        )  # fmt: skip
        Block.objects.create(slot="search-1", strategy="from_search", minimum=1, fallback="hide")
        html = client.get("/search/?q=caviar").content.decode()
        assert "People who searched for this chose" not in html
        assert "Best sellers" in html

    def test_of_a_shop_s_own_names_the_words(self, rf, shop, searched, bare_oscar):
        searched("words", "oat milk", "honey", "butter", "coffee")
        request = rf.get("/")
        request.user = AnonymousUser()
        line = '{% load personalization %}{% from_this_search "Oat milk" %}'
        html = engines["django"].from_string(line).render({}, request)
        assert html.count("<article") == 3
