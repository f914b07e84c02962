"""The demo asks before it remembers: the banner in a real browser, and the households that have agreed."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from personalization.events.models import AccountConsent, ConsentRecord, Event
from shop_demo.personas import PERSONAS, STRANGER, let_personas_agree
from tests import people
from tests.browser import USER_AGENT

BANNER = "#pz-consent"
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
CHROME = {"User-Agent": USER_AGENT}


@pytest.fixture(autouse=True)
def _opt_in(settings: Any) -> None:
    del settings.PERSONALIZATION_CONSENT


def open_page(chromium: Browser, *, width: int = 1280, scheme: Any = "light", **more: Any) -> Page:
    size = {"width": width, "height": 844 if width < 768 else 800}
    more = {"locale": "en-US"} | more
    context = chromium.new_context(viewport=size, color_scheme=scheme, user_agent=USER_AGENT, **more)
    return context.new_page()


def cookies(page: Page) -> set[str]:
    return {one["name"] for one in page.context.cookies() if one["name"].startswith("pz_")}


def serious(page: Page) -> list[Any]:
    violations = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["target"]) for one in violations if one["impact"] in ("serious", "critical")]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_banner_is_open_to_everyone_small_and_moves_nothing(
    chromium: Browser, open_shop: people.Shop, live_server: Any, width: int, scheme: str
) -> None:
    page = open_page(chromium, width=width, scheme=scheme)
    page.add_init_script(
        "window.shift = 0;"
        "new PerformanceObserver((list) => list.getEntries().forEach((one) => {"
        " if (!one.hadRecentInput) window.shift += one.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(live_server.url)
    page.wait_for_selector(BANNER, state="visible")
    page.wait_for_timeout(250)
    box = page.locator(BANNER).bounding_box()
    assert box is not None
    assert box["width"] <= (560 if width > 768 else width)
    assert box["height"] < 800 / 3 if width > 768 else box["height"] < 844 / 3
    ways = [one.bounding_box() for one in page.locator(f"{BANNER} .pz-consent__way:visible").all()]
    assert len(ways) == 3
    assert all(way is not None and way["height"] >= 44 for way in ways)
    assert len({(round(way["height"]), round(way["width"])) for way in ways if way}) == 1
    assert serious(page) == []
    # A tenth of what is called good; the rest is fonts and pictures of the page that come late on a busy machine.
    assert page.evaluate("window.shift") < 0.01
    page.click(f"{BANNER} summary")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(live_server.url + reverse("personalization:consent"))
    assert not page.is_visible(BANNER)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


@pytest.mark.browser
def test_the_keyboard_alone_can_choose_and_nothing_is_kept_before(
    chromium: Browser, open_shop: people.Shop, live_server: Any
) -> None:
    page = open_page(chromium)
    page.goto(live_server.url)
    page.wait_for_selector(BANNER, state="visible")
    assert cookies(page) == set()
    # The question is the first thing that the keyboard meets: a link and two buttons, then "Choose".
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('#pz-consent summary')")
    page.keyboard.press("Enter")
    assert page.locator(f"{BANNER} input:checked").count() == 0
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.focus(f"{BANNER} [data-pz-agree=chosen]")
    with page.expect_response("**/consent/answer/") as sent:
        page.keyboard.press("Enter")
    assert sent.value.status == 204
    page.wait_for_selector(BANNER, state="hidden")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('header, nav, a[href^=\"#\"]') !== null"), "on from the top"
    assert ConsentRecord.objects.get().purposes == ["analytics"]
    assert {"pz_consent", "pz_vid"} <= cookies(page)
    page.reload()
    assert not page.is_visible(BANNER)
    page.context.close()


@pytest.mark.browser
def test_a_no_is_remembered_and_nothing_else(chromium: Browser, open_shop: people.Shop, live_server: Any) -> None:
    page = open_page(chromium)
    page.goto(live_server.url)
    page.click(f'{BANNER} [data-pz-agree=""]')
    page.wait_for_selector(BANNER, state="hidden")
    page.goto(live_server.url + open_shop["honey"].get_absolute_url())
    assert not page.is_visible(BANNER)
    assert cookies(page) == {"pz_consent"}
    assert Event.objects.count() == ConsentRecord.objects.count() == 0
    page.context.close()


@pytest.mark.browser
def test_whose_browser_says_no_is_not_asked(chromium: Browser, open_shop: people.Shop, live_server: Any) -> None:
    page = open_page(chromium, extra_http_headers={"Sec-GPC": "1"})
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.goto(live_server.url)
    page.wait_for_load_state("networkidle")
    assert not page.is_visible(BANNER)
    assert cookies(page) == set()
    page.context.close()


@pytest.mark.browser
def test_without_scripts_there_is_a_way_to_the_settings(
    chromium: Browser, open_shop: people.Shop, live_server: Any
) -> None:
    page = open_page(chromium, java_script_enabled=False)
    page.goto(live_server.url)
    assert not page.is_visible(BANNER)
    page.click("noscript a, .pz-consent-plain a")
    page.check("input[value=analytics]")
    page.click("text=Save")
    assert page.is_checked("input[value=analytics]")
    assert "pz_consent" in cookies(page)
    page.context.close()


@pytest.fixture
def households(open_shop: people.Shop) -> dict[str, Any]:
    made = {persona.key: people.person(f"household-{persona.household_id}") for persona in PERSONAS[:2]}
    let_personas_agree()
    return made


def switch(client: Client, key: str) -> Any:
    return client.post(reverse("persona_switch"), {"key": key})


def test_the_households_have_agreed_once_and_in_words(households: dict[str, Any]) -> None:
    let_personas_agree()
    assert set(AccountConsent.objects.values_list("user_id", flat=True)) == {one.pk for one in households.values()}
    lines = ConsentRecord.objects.all()
    assert [(line.source, line.purposes) for line in lines] == [("demo", ["analytics", "personalization"])] * 2


def test_being_one_of_them_is_having_agreed_even_if_the_stranger_had_not(
    households: dict[str, Any], open_shop: people.Shop
) -> None:
    client = Client(headers=CHROME)
    client.post(reverse("personalization:consent"), {"withdraw": "1"})
    first, second = list(households)
    for key in (first, second):
        switch(client, key)
        assert client.cookies["pz_consent"].value.startswith("ap.")
        client.get(open_shop["honey"].get_absolute_url())
        assert Event.objects.filter(kind="product_viewed", user_id=households[key].pk).count() == 1
    assert {tuple(one.purposes) for one in AccountConsent.objects.all()} == {("analytics", "personalization")}


def test_a_stranger_is_asked_anew_and_sees_nothing_of_the_household(
    households: dict[str, Any], open_shop: people.Shop
) -> None:
    client = Client(headers=CHROME)
    switch(client, next(iter(households)))
    client.get(open_shop["honey"].get_absolute_url())
    switch(client, STRANGER)
    assert {name for name, one in client.cookies.items() if one.value} & {
        "pz_consent",
        "pz_vid",
        "oscar_history",
    } == set()
    events = Event.objects.count()
    client.get(open_shop["butter"].get_absolute_url())
    assert Event.objects.count() == events


def test_a_household_that_was_made_to_withdraw_stays_withdrawn(households: dict[str, Any]) -> None:
    client, key = Client(headers=CHROME), next(iter(households))
    switch(client, key)
    client.post(reverse("personalization:consent"), {"withdraw": "1"})
    let_personas_agree()
    switch(Client(headers=CHROME), key)
    assert AccountConsent.objects.get(user_id=households[key].pk).purposes == []


def test_a_browser_that_says_no_is_obeyed_in_the_demo_too(households: dict[str, Any], open_shop: people.Shop) -> None:
    client = Client(headers=CHROME | {"Sec-GPC": "1"})
    switch(client, next(iter(households)))
    client.get(open_shop["honey"].get_absolute_url())
    assert Event.objects.count() == 0


def test_every_page_leads_to_the_settings_and_the_bar_says_who_agreed(client: Client, open_shop: people.Shop) -> None:
    page = client.get("/").content.decode()
    assert f'href="{reverse("personalization:consent")}"' in page
    assert "have agreed to be remembered" in page
