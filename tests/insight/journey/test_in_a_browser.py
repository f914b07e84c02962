"""The page in a real browser, under a strict policy, wide and narrow, light and dark: readable, and one press away."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from personalization.people.journeys.follow import follow_visits
from personalization.people.segments.models import Segment
from tests import browser
from tests.insight.journey.conftest import WEEK
from tests.people import Shop
from tests.people.segment_pages.conftest import client_of
from tests.people.walks import walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.fixture(autouse=True)
def _noon() -> None:
    """The browser's clock is the real one."""


@pytest.fixture
def address(open_shop: Shop, live_server: Any) -> str:
    """The page of the ten visits, made four times over."""
    now = timezone.now()
    for turn in range(4):
        for who, touches, days, source, medium, device in WEEK:
            told = {"source": source, "medium": medium, "device": device}
            at = now - timedelta(days=days, hours=turn)
            walk(f"{who} {turn}", *touches, at=at, **{name: value for name, value in told.items() if value})
    follow_visits(now=now)
    return str(live_server.url + reverse("admin:personalization_journey_changelist") + "?period=28")


def opened(chromium: Browser, live_server: Any, **look: Any) -> tuple[Page, list[str]]:
    owner, _ = get_user_model().objects.get_or_create(
        username="olga", email="olga@example.com", is_staff=True, is_superuser=True
    )
    context = chromium.new_context(user_agent=browser.USER_AGENT, locale="en", **look)
    session = client_of(owner).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    return page, complaints


def test_it_is_open_to_everyone_and_fits_every_screen(chromium: Browser, live_server: Any, address: str) -> None:
    for width, scheme in LOOKS:
        view = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
        page, complaints = opened(chromium, live_server, **view)
        page.goto(address)
        for one in page.locator("#content details").all():
            one.locator("summary").click()
        assert complaints == [], "before Axe brings styles of its own"
        violations = Axe().run(page).response["violations"]
        serious = [one["id"] for one in violations if one["impact"] in ("serious", "critical")]
        assert serious == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_a_press_by_keyboard_leads_to_the_segment(chromium: Browser, live_server: Any, address: str) -> None:
    page, complaints = opened(chromium, live_server)
    page.goto(address)
    page.get_by_label("Device").select_option("phone")
    page.get_by_role("button", name="Show").press("Enter")
    page.wait_for_url(re.compile("device=phone"))
    page.get_by_role("button", name="Make a segment of these 8 people").first.press("Enter")
    page.wait_for_url(re.compile(r"/segment/\d+/$"))
    expect(page.locator("h1")).to_have_text("Left after: Checkout begun, last 28 days, phone")
    assert Segment.objects.get().tree["all"][0]["params"]["devices"] == ["phone"]
    assert complaints == []
    page.context.close()
