"""The demo in a real browser: wide and narrow, light and dark, readable to everyone, nothing sticking out."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests import people

LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
pytestmark = pytest.mark.browser


def check(page: Page, *, width: int) -> None:
    """No serious barrier for anybody, and no scrolling sideways."""
    violations = Axe().run(page).response["violations"]
    serious = [(one["id"], one["nodes"][0]["target"]) for one in violations if one["impact"] in ("serious", "critical")]
    assert not serious, page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def open_page(running: Browser, *, width: int, scheme: Any) -> tuple[Page, list[str]]:
    page = running.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="en-US")
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def test_pages_are_open_to_everyone_and_fit_every_screen(
    chromium: Browser, open_shop: people.Shop, live_server: Any
) -> None:
    apron, honey = open_shop["apron"].get_absolute_url(), open_shop["honey"].get_absolute_url()
    category = open_shop.categories["Everything"].get_absolute_url()
    for width, scheme in LOOKS:
        page, complaints = open_page(chromium, width=width, scheme=scheme)
        for address in ("/", category, apron, honey, "/search/?q=honey", "/accounts/login/"):
            page.goto(live_server.url + address)
            check(page, width=width)
        page.goto(live_server.url + honey)
        page.click(".add button")
        page.wait_for_selector("#messages.toast")
        assert page.url.endswith(honey)
        assert page.inner_text("#header-basket .count") == "1"
        check(page, width=width)
        for address in ("/basket/", "/checkout/"):
            page.goto(live_server.url + address)
            check(page, width=width)
        assert not complaints
        page.close()
