"""Promise 17: whatever caches stand before the shop, nobody sees somebody else's block, or gets their cookie."""

from unittest import mock

import pytest
from django.test import Client

from tests.safety.conftest import fill_tables
from tests.safety.shared_cache import SharedCache
from tests.storefront.pages import PLAIN, WITH_A_BLOCK

FRAGMENTS = ("/for-each/", "/round-it/")
SITE = ("django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.FetchFromCacheMiddleware")


@pytest.fixture
def two(open_shop, settings):
    """Anna, who looked at honey, and Boris, who looked at a sponge."""
    fill_tables(open_shop)
    settings.ROOT_URLCONF = "tests.safety.pages"
    anna, boris = Client(), Client()
    anna.get(f"/look/{open_shop['honey'].pk}/")
    boris.get(f"/look/{open_shop['sponge'].pk}/")
    return anna, boris


def see_their_own(ask, anna, boris) -> None:
    for _ in range(2):
        hers, his = ask(anna), ask(boris)
        assert b"honey" in hers.content
        assert b"sponge" not in hers.content
        assert b"sponge" in his.content
        assert b"honey" not in his.content
    assert anna.cookies["pz_vid"].value != boris.cookies["pz_vid"].value
    assert anna.cookies["pz_visit"].value != boris.cookies["pz_visit"].value


@pytest.mark.parametrize("page", [*WITH_A_BLOCK, *FRAGMENTS, "/uncached/"])
@pytest.mark.parametrize("whole_site", [False, True], ids=["", "and the cache of the whole site"])
class TestTwoBrowsers:
    def test_see_their_own(self, two, settings, page, whole_site):
        if whole_site:
            settings.MIDDLEWARE = [SITE[0], *settings.MIDDLEWARE, SITE[1]]
        see_their_own(lambda browser: browser.get(page), *two)

    def test_see_their_own_through_a_shared_proxy(self, two, settings, page, whole_site):
        if whole_site:
            settings.MIDDLEWARE = [SITE[0], *settings.MIDDLEWARE, SITE[1]]
        proxy = SharedCache()
        see_their_own(lambda browser: proxy.get(browser, page), *two)
        assert proxy.hits == 0


def test_the_proxy_does_keep_what_is_everybody_s(two):
    proxy = SharedCache()
    for browser in (*two, *two):
        assert proxy.get(browser, PLAIN).content == b"plain"
    assert proxy.hits > 0


def test_a_cookie_is_given_by_no_proxy(two):
    proxy, strangers = SharedCache(), [Client() for _ in range(3)]
    for stranger in strangers:
        proxy.get(stranger, PLAIN)
        proxy.get(stranger, "/uncached/")
    given = [stranger.cookies["pz_visit"].value for stranger in strangers]
    assert len(set(given)) == 3


def test_were_the_mark_of_a_private_page_not_heeded_boris_would_see_anna_s_block(two):
    anna, boris = two
    with mock.patch("django.middleware.cache.UpdateCacheMiddleware._should_update_cache", return_value=True):
        assert b"honey" in anna.get(WITH_A_BLOCK[0]).content
        assert b"honey" in boris.get(WITH_A_BLOCK[0]).content
