"""Promise 17: a page with a block on it is one person's, whatever caches stand around it."""

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client

from personalization.checks import MIDDLEWARE
from tests import people
from tests.safety.conftest import fill_tables
from tests.storefront.pages import PLAIN, WITH_A_BLOCK

CACHE_OF_THE_WHOLE_SITE = "django.middleware.cache.UpdateCacheMiddleware"


@pytest.fixture
def busy(open_shop, settings):
    fill_tables(open_shop)
    settings.ROOT_URLCONF = "tests.storefront.pages"
    return open_shop


def someone(shop: people.Shop, title: str, client: Client) -> Client:
    """A shopper who looked at this product, and so sees it again in a block."""
    client.get(f"/look/{shop[title].pk}/")
    return client


@pytest.mark.parametrize("page", WITH_A_BLOCK)
def test_boris_never_gets_anna_s_block_from_the_cache_of_a_view(busy, page):
    anna, boris = someone(busy, "honey", Client()), someone(busy, "sponge", Client())
    assert b"honey" in anna.get(page).content
    seen = boris.get(page).content
    assert b"honey" not in seen
    assert b"sponge" in seen
    assert b"honey" in anna.get(page).content


def test_boris_never_gets_anna_s_block_from_the_cache_of_the_site(busy, settings):
    settings.MIDDLEWARE = [
        CACHE_OF_THE_WHOLE_SITE, *settings.MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware",
    ]  # fmt: skip
    anna, boris = someone(busy, "honey", Client()), someone(busy, "sponge", Client())
    assert b"honey" in anna.get("/uncached/").content
    assert b"honey" not in boris.get("/uncached/").content


def test_boris_never_gets_anna_s_cookie_from_the_cache_of_the_site(busy, settings):
    # Oscar asks for the session on every page, which makes it vary by cookie; a page that does not has only us.
    settings.MIDDLEWARE = [CACHE_OF_THE_WHOLE_SITE, MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"]
    anna, boris = (someone(busy, "honey", Client()) for _ in range(2))
    assert anna.cookies["pz_vid"].value != boris.cookies["pz_vid"].value


def test_an_answer_that_gives_a_cookie_tells_every_cache_so(busy):
    response = Client().get(f"/look/{busy['honey'].pk}/")
    assert response.cookies["pz_vid"].value
    assert "Cookie" in response.headers["Vary"]
    assert "private" in response.headers["Cache-Control"]


@pytest.mark.parametrize("page", WITH_A_BLOCK)
def test_a_page_with_a_block_tells_every_cache_whose_it_is(busy, page):
    response = someone(busy, "honey", Client()).get(page)
    assert "Cookie" in response.headers["Vary"]
    assert "private" in response.headers["Cache-Control"]


def test_a_page_without_a_block_stays_as_cacheable_as_it_was(busy, settings):
    known = someone(busy, "honey", Client())
    response = known.get(PLAIN)
    kept = len(cache._cache)
    settings.PERSONALIZATION_ENABLED = False
    cache.clear()
    bare = Client().get(PLAIN)
    assert kept == len(cache._cache) > 0
    assert response.headers.get("Vary") == bare.headers.get("Vary")
    assert response.headers["Cache-Control"] == bare.headers["Cache-Control"]
    assert response.cookies == bare.cookies


def test_the_page_that_begins_a_visit_is_nobody_else_s(busy):
    first, from_the_cache = Client().get(PLAIN), Client().get(PLAIN)
    assert "Cookie" in first.headers["Vary"]
    assert "private" in first.headers["Cache-Control"]
    assert first.cookies["pz_visit"].value != from_the_cache.cookies["pz_visit"].value


def test_the_visitor_s_id_stands_in_no_page(busy):
    anna = someone(busy, "honey", Client())
    visitor = signing.Signer(salt="personalization.visitor").unsign(anna.cookies["pz_vid"].value)
    html = anna.get("/uncached/").content.decode()
    assert visitor not in html
    assert visitor.replace("-", "") not in html
