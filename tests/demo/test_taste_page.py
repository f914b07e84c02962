"""My recommendations in a real browser: open to everyone, by keyboard alone, wide and narrow."""

from typing import Any

import pytest
from django.utils import timezone
from oscar.core.loading import get_model
from playwright.sync_api import Browser, Page

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent, write
from personalization.people.models import Preference
from tests import people
from tests.browser import USER_AGENT
from tests.demo.test_look import LOOKS, check

TASTE = "/personalization/taste/"
pytestmark = pytest.mark.browser


@pytest.fixture
def rich(open_shop: people.Shop) -> people.Shop:
    """A shop with brands, a department below another one, and two regions."""
    goods = get_model("catalogue", "ProductClass").objects.get(name="Goods")
    brand, _ = get_model("catalogue", "ProductAttribute").objects.get_or_create(
        product_class=goods, code="brand", defaults={"name": "Brand", "type": "text"}
    )
    for title, word in (("oat milk", "Meadow"), ("butter", "Alp"), ("honey", "Hive")):
        get_model("catalogue", "ProductAttributeValue").objects.update_or_create(
            attribute=brand, product=open_shop[title], defaults={"value_text": word}
        )
    open_shop.categories["Breakfast"].add_child(name="Cereals and what goes with them", slug="cereals")
    for region in ("Kyiv", "Lviv"):
        now = timezone.now()
        write([NewEvent(event_id(now), "visit_started", now, payload={"region": region})])
    return open_shop


def come(running: Browser, *, width: int = 1280, scheme: Any = "light") -> Page:
    """Somebody with an ordinary browser: what calls itself headless is a robot, of whom nothing is kept."""
    screen: Any = {"width": width, "height": 800}
    page = running.new_page(viewport=screen, color_scheme=scheme, locale="en-US", user_agent=USER_AGENT)
    # All of it works without our script; and no word of a page that goes comes after the test.
    page.route("**/personalization.js", lambda route: route.abort())
    return page


def test_it_is_open_to_everyone_and_fits_every_screen(chromium: Browser, rich: people.Shop, live_server: Any) -> None:
    for width, scheme in LOOKS:
        page = come(chromium, width=width, scheme=scheme)
        for title in ("honey", "butter"):
            page.goto(live_server.url + rich[title].get_absolute_url())
        page.goto(live_server.url + TASTE)
        assert page.get_by_label("Where you live").evaluate("one => one.tagName") == "SELECT"
        page.locator("summary", has_text="What you looked at last").click()
        check(page, width=width)
        page.get_by_label("Another brand").fill("nobody's")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("The shop has nothing of a brand of this name.").wait_for()
        check(page, width=width)
        page.close()


def test_a_brand_and_a_department_are_told_by_keyboard_alone(
    chromium: Browser, rich: people.Shop, live_server: Any
) -> None:
    page = come(chromium)
    page.goto(live_server.url + rich["honey"].get_absolute_url())
    page.goto(live_server.url + TASTE)
    page.get_by_label("Another department").focus()
    page.keyboard.type("Breakfast ›")
    page.get_by_label("Another brand").focus()
    page.keyboard.type("meadow")
    page.keyboard.press("Tab")
    page.keyboard.type("More")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved. The next page you open obeys.").wait_for()
    told = set(Preference.objects.values_list("what", "value"))
    assert told == {("muted_category", ""), ("liked_brand", "Meadow")}
    page.close()
