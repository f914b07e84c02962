"""From an empty shop with orders: one checklist leads to a block, a banner, a pop-up and an offer that people meet."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from personalization.campaigns.offers.models import PersonalOffer
from personalization.storefront.models import Block
from personalization.storefront.popups import sight
from personalization.storefront.slots.models import Banner
from tests import browser, people

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
INDEX = "/admin/personalization/"
# The index, the list, the form, and the list again.
SCREENS = 4


@pytest.fixture(autouse=True)
def _noon() -> None:
    """A browser has the clock of its machine."""


@pytest.fixture
def opened(chromium: Any, open_shop: people.Shop, live_server: Any, settings: Any) -> Iterator[Callable[..., Page]]:
    settings.ROOT_URLCONF = "tests.admin.newcomer_pages"
    sight.kept.__init__()  # type: ignore[misc]
    contexts = []

    def open_(**more: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en", **more)
        contexts.append(context)
        page: Page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    expect.set_options(timeout=30_000)
    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def owner(opened: Callable[..., Page], live_server: Any) -> Page:
    client = Client()
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    page = opened(viewport={"width": 1280, "height": 900})
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def step(page: Page, title: str) -> Any:
    return page.locator(".pz-step", has_text=title)


def save(page: Page) -> None:
    page.locator("[name=_save]").click()
    page.wait_for_url(re.compile(r"/personalization/\w+/$"))


def test_the_first_day_of_a_newcomer(opened: Callable[..., Page], owner: Page, open_shop: people.Shop) -> None:
    from django.utils import timezone

    anna = people.person("Anna")
    people.ordered(anna, {open_shop["oat milk"]: 2, open_shop["muesli"]: 1, open_shop["honey"]: 3}, at=timezone.now())
    screens: list[str] = []
    owner.on("framenavigated", lambda frame: screens.append(frame.url) if frame == owner.main_frame else None)

    owner.goto(INDEX)
    expect(owner.locator(".pz-checklist__head")).to_contain_text("0 of 10")
    expect(step(owner, "The shop's orders are in the log").locator("code")).to_have_text("manage.py import_history")
    assert serious(owner) == []
    # What the README says, and what the list said too: orders are read, and lists are worked out.
    call_command("personalization_bootstrap", verbosity=0)
    Block.objects.all().delete()
    owner.reload()
    for title in ("The shop's orders are in the log", "Best sellers are worked out"):
        expect(step(owner, title).locator(".pz-chip")).to_have_text("done")

    step(owner, "A block is live").get_by_role("link", name="Choose a block").click()
    owner.get_by_role("link", name=re.compile("Best sellers of the week")).click()
    expect(owner.locator(".pz-sentence__text")).to_contain_text("home-2")
    save(owner)

    owner.goto(INDEX)
    screens.clear()
    owner.reload()
    step(owner, "A banner is live").get_by_role("link", name="Make a banner").click()
    owner.get_by_role("link", name=re.compile("Welcome, for everybody")).click()
    expect(owner.locator(".pz-sentence__text")).to_contain_text("Good that you are here")
    save(owner)
    assert len(screens) <= SCREENS
    assert Banner.objects.get().texts.keys() >= {"en", "ru", "uk"}

    owner.goto(INDEX)
    step(owner, "A pop-up is live").get_by_role("link", name="Make a pop-up").click()
    owner.get_by_role("link", name=re.compile("Welcome back")).click()
    owner.locator("[name=trigger]").select_option("scrolled")
    save(owner)

    owner.goto(INDEX)
    step(owner, "An offer is live").get_by_role("link", name="Make an offer").click()
    owner.get_by_role("link", name=re.compile("after the fifth order")).click()
    owner.locator("[name=way]").select_option(PersonalOffer.Way.OPEN)
    owner.locator("[name=status]").select_option("live")
    owner.locator("[name=value]").fill("10")
    owner.locator("[name=most_uses]").fill("20")
    save(owner)
    owner.goto(INDEX)
    expect(step(owner, "An offer is live").locator(".pz-chip")).to_have_text("done")
    expect(step(owner, "A banner is live").locator(".pz-chip")).to_have_text("on its way")

    shopper = opened()
    shopper.goto("/first-day/1/")
    expect(shopper.get_by_role("heading", name="Good that you are here")).to_be_visible()
    expect(shopper.locator(".pz-card").first).to_be_visible()
    shopper.goto("/first-day/2/")
    with shopper.expect_response(re.compile(r"/popups/\?")):
        pass
    shopper.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(shopper.locator("dialog h2")).to_have_text("Good to see you again")

    owner.reload()
    done = ("A block is live", "Somebody has seen a block", "A banner is live", "A pop-up is live", "An offer is live")
    for title in done:
        expect(step(owner, title).locator(".pz-chip")).to_have_text("done")
    owner.get_by_role("button", name="Put the list away").click()
    expect(owner.locator(".pz-step")).to_have_count(0)
    owner.goto("/admin/personalization/block/first-steps/")
    expect(owner.locator(".pz-step")).to_have_count(0)
    owner.get_by_role("button", name="Bring the list back").click()
    expect(owner.locator(".pz-step")).to_have_count(10)


def serious(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")]
