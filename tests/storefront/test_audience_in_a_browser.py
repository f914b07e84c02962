"""Choosing whom a block is for, in a real browser: found while one types, taken by keyboard, and told at once."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from personalization.campaigns.audience import Audience
from personalization.people.segments.models import Segment
from personalization.storefront.models import Block
from tests import browser
from tests.people.folk import rule

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def owner(chromium, open_shop, live_server):
    client = Client()
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_segment_is_found_chosen_and_told(owner, width):
    vip = Segment.objects.create(name="VIP", tree=rule("orders", least=9), size=12)
    new = Segment.objects.create(name="New here", tree=rule("visit_number", most=1), is_live=True)
    block = Block.objects.create(slot="home-1", strategy="bestsellers")
    owner.set_viewport_size({"width": width, "height": 900})
    owner.goto(reverse("admin:personalization_block_change", args=[block.pk]))
    for name, words, found in (("in", "vi", "VIP12 people"), ("not_in", "new", "New hereat each visit")):
        field = owner.locator(f"[name='audience_{name}-typed']")
        field.fill(words)
        option = owner.locator(f".field-audience_{name} [role='option']")
        expect(option).to_have_count(1)
        assert "".join(option.inner_text().split()) == "".join(found.split())
        assert wide_enough(option, field), "what was found can be read"
        field.press("ArrowDown")
        field.press("Enter")
        expect(field).to_have_value("")
    told = "Only people in “VIP” (12 people) see it, but not those in “New here”."
    expect(owner.locator(".pz-sentence__text")).to_contain_text(told)
    preview = owner.frame_locator("iframe[title='Preview of the block']")
    expect(preview.locator(".away")).to_contain_text("A stranger would not see this block")
    owner.locator("[name='_save']").click()
    owner.wait_for_url(re.compile(r"/block/$"))
    assert Block.objects.get(pk=block.pk).for_whom == Audience((vip.pk,), (new.pk,))


def wide_enough(option, field):
    """The list opens over whatever stands below, as wide as the field."""
    option.scroll_into_view_if_needed()
    seen, below = option.bounding_box(), field.bounding_box()
    is_on_top = option.evaluate(
        "one => { const box = one.getBoundingClientRect();"
        " return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"
    )
    return is_on_top and seen["width"] > 0.9 * below["width"]
