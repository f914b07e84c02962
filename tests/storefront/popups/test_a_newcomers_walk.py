"""From the admin's first page to a pop-up that a shopper meets, in four screens, without a word to write."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from personalization.storefront.popups import sight
from personalization.storefront.popups.models import Popup
from tests import browser

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SCREENS = 4


@pytest.fixture
def opened(chromium, open_shop, live_server, settings):
    settings.ROOT_URLCONF = "tests.storefront.popups.pages"
    sight.kept.__init__()
    contexts = []

    def open_(**more):
        context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en", **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    expect.set_options(timeout=30_000)
    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_it_takes_four_screens(opened, live_server, width):
    client = Client()
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    owner, screens = opened(viewport={"width": width, "height": 900}), []
    owner.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    owner.on("framenavigated", lambda frame: screens.append(frame.url) if frame == owner.main_frame else None)

    owner.goto("/admin/")
    owner.locator(".model-popup a:visible", has_text="Pop-ups").first.click()
    owner.get_by_role("link", name=re.compile("Welcome back")).click()
    expect(owner.locator(".pz-sentence__text")).to_contain_text("Shows a message: from visit number 2 on")
    expect(owner.locator(".field-trigger_visit_number_visit")).to_be_visible()
    expect(owner.locator(".field-trigger_time_on_page_seconds")).to_be_hidden()
    expect(owner.locator(".field-words_en_thanks")).to_be_hidden()
    owner.locator("[name=trigger]").select_option("scrolled")
    expect(owner.locator(".pz-sentence__text")).to_contain_text("when 60 % of a page have been passed")
    expect(owner.locator(".field-trigger_scrolled_percent")).to_be_visible()
    for look in ("desktop", "phone"):
        frame = owner.frame_locator(f"iframe[title='Preview on a {look}']")
        expect(frame.locator("dialog h2")).to_have_text("Good to see you again")
    assert serious(owner) == []
    owner.locator("[name=_save]").click()
    owner.wait_for_url(re.compile(r"/popup/$"))
    expect(owner.locator(".pz-chip--good, .pz-chip--bad").first).to_be_visible()
    assert len([one for one in screens if "/admin/" in one]) <= SCREENS
    assert serious(owner) == []

    shopper = opened()
    shopper.goto("/shop/goods/1/")
    shopper.goto("/shop/goods/2/")
    with shopper.expect_response(re.compile(r"/popups/\?")):
        pass
    shopper.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(shopper.locator("dialog h2")).to_have_text("Good to see you again")
    assert Popup.objects.get().showings.count() == 1


def serious(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]
