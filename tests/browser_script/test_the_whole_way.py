"""From the demo's own pages through the real endpoint into the log: real banner, real blocks, real time."""

import time
from typing import Any

import pytest
from playwright.sync_api import Browser

from personalization.events.models import Event, Visitor
from personalization.storefront.models import Block
from tests import browser, people
from tests.safety.conftest import fill_tables

pytestmark = pytest.mark.browser


def logged(kind: str) -> list[Event]:
    """The events of a kind, as soon as there is one."""
    for _ in range(300):
        if found := list(Event.objects.filter(kind=kind).order_by("id")):
            return found
        time.sleep(0.05)
    raise AssertionError(f"no {kind}; only {set(Event.objects.values_list('kind', flat=True))}")


def test_a_stranger_agrees_looks_and_clicks(
    whole_chromium: Browser, open_shop: people.Shop, live_server: Any, settings: Any
) -> None:
    del settings.PERSONALIZATION_CONSENT
    fill_tables(open_shop)
    Block.objects.create(slot="home-3", strategy="bestsellers", limit=6)
    context = whole_chromium.new_context(user_agent=browser.USER_AGENT, viewport={"width": 1280, "height": 1400})
    page, complaints = context.new_page(), []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url)
    block = page.locator("[data-pz-shown]").first
    assert not Event.objects.exists()
    assert not [one for one in context.cookies() if one["name"].startswith("pz_")]

    page.locator("#pz-consent [data-pz-agree*=analytics]").click()
    page.locator("#pz-consent").wait_for(state="hidden")
    shown = block.get_attribute("data-pz-shown")
    block.scroll_into_view_if_needed()
    seen = logged("block_seen")
    assert shown in {event.payload["shown"] for event in seen}

    card = block.locator("[data-pz-product]").nth(1)
    product_id = int(card.get_attribute("data-pz-product") or 0)
    card.locator(".pz-card__link").click()
    (clicked,) = logged("block_clicked")
    (left,) = logged("page_left")
    assert (clicked.product_id, clicked.payload["position"], clicked.payload["shown"]) == (product_id, 2, shown)
    assert left.payload["path"] == "/"
    assert {event.visitor_id for event in (*seen, clicked, left)} == {Visitor.objects.get().pk}
    assert Visitor.objects.get().script_seen_at is not None
    context.close()
    assert complaints == []
