"""Rows of rules in a real browser: by keyboard, under a strict policy for scripts, with the preview following."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from personalization.recommend.models import RankedList
from personalization.recommend.rules.models import ShopRule
from personalization.storefront.models import Block
from tests import browser
from tests.people import Shop
from tests.recommend.rules.goods import write_facts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
LIST = ("oat milk", "muesli", "dish soap", "rye bread")


@pytest.fixture
def block(open_shop: Shop) -> Block:
    """A block of best sellers without rules."""
    write_facts(open_shop, oat_milk={"brand": "Oatly"})
    RankedList.objects.create(measure="units", period="month", product_ids=open_shop.ids(*LIST),
                              scores=[4, 3, 2, 1], refreshed_at=timezone.now())  # fmt: skip
    return Block.objects.create(slot="home-9", strategy="bestsellers", minimum=1)


@pytest.fixture
def owner(chromium: Browser, open_shop: Shop, live_server: Any) -> Iterator[Page]:
    """The owner's browser; whatever it refuses or stumbles over fails the test."""
    olga = get_user_model().objects.create_superuser("olga", "olga@example.com", "secret")
    client = Client()
    client.force_login(olga, backend="django.contrib.auth.backends.ModelBackend")
    context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    page.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield page
    context.close()
    assert complaints == []


def test_a_rule_is_written_by_keyboard_and_followed_by_the_preview(owner: Page, block: Block, open_shop: Shop) -> None:
    owner.goto(reverse("admin:personalization_block_change", args=[block.pk]))
    rows, left = owner.locator(".pz-rule"), owner.locator("[data-pz-left]")
    expect(rows).to_have_count(0)
    expect(left).to_have_text("12 of 12 products may be shown.")
    owner.locator("[data-pz-add]").press("Enter")
    expect(owner.locator("[name='rules-1-action']")).to_be_focused()
    owner.locator("[name='rules-1-condition']").select_option("category")
    typed = owner.locator("[name='rules-1-category-categories-typed']")
    typed.focus()
    expect(rows.locator("[role='option']")).to_have_count(3)
    typed.press_sequentially("house")
    expect(rows.locator("[role='option']")).to_have_count(1)
    typed.press("ArrowDown")
    typed.press("Enter")
    expect(rows.locator(".pz-rule__told")).to_have_text("Never show goods from Household.")
    expect(left).to_have_text("7 of 12 products may be shown.")
    shown = owner.frame_locator("iframe")
    expect(shown.locator(".shown")).not_to_contain_text("dish soap")
    expect(owner.locator(".pz-sentence__text")).to_contain_text("It keeps to 1 rule of its own.")
    owner.locator("[name='_save']").click()
    owner.wait_for_url(re.compile("/block/$"))
    block.refresh_from_db()
    assert [(one["action"], one["values"]) for one in block.rules] == [
        ("never", {"categories": [open_shop.categories["Household"].pk]})
    ]


def test_rows_are_moved_and_taken_out(owner: Page, block: Block, open_shop: Shop) -> None:
    pins = [{"action": "pin", "condition": "product", "values": {"products": [one]}, "place": 1}
            for one in open_shop.ids("honey", "coffee", "butter")]  # fmt: skip
    Block.objects.update(rules=pins)
    owner.goto(reverse("admin:personalization_block_change", args=[block.pk]))
    rows = owner.locator(".pz-rule")
    expect(rows.nth(1).locator(".pz-warning")).to_contain_text("Rule 1 has the same place")
    rows.nth(2).locator("[data-pz-up]").press("Enter")
    expect(rows.nth(1).locator(".pz-rule__told")).to_have_text("Put into place 1: butter.")
    expect(rows.nth(1).locator("[data-pz-up]")).to_be_focused()
    rows.nth(0).locator("[data-pz-out]").click()
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator(".pz-warning")).to_have_count(0)
    owner.locator("[name='_save']").click()
    owner.wait_for_url(re.compile("/block/$"))
    block.refresh_from_db()
    assert [one["values"]["products"] for one in block.rules] == [[one] for one in open_shop.ids("butter", "coffee")]


def test_whoever_chooses_faster_than_the_answers_come_loses_nothing(owner: Page, block: Block) -> None:
    owner.goto(reverse("admin:personalization_block_change", args=[block.pk]))
    owner.locator("[data-pz-add]").click()
    owner.locator("[name='rules-1-action']").select_option("boost")
    owner.locator("[name='rules-1-condition']").select_option("brand")
    typed = owner.locator("[name='rules-1-brand-brands-typed']")
    typed.fill("Alma")
    typed.press("Enter")
    told = "Move up goods of the brand Alma, as if they were 2 times as good."
    expect(owner.locator(".pz-rule__told")).to_have_text(told)
    expect(owner.locator("[name='rules-1-strength']")).to_be_visible()
    expect(owner.locator(".pz-warning")).to_contain_text("No goods of today's catalogue are meant")


def test_a_rule_of_the_whole_shop_is_written(owner: Page, block: Block, open_shop: Shop) -> None:
    owner.goto(reverse("admin:personalization_shoprule_add"))
    owner.locator("[name='name']").fill("Never beside breakfast")
    owner.locator("[name='rules-0-condition']").select_option("product")
    owner.locator("[name='rules-0-product-products-typed']").press_sequentially("dish")
    owner.locator(".pz-rule [role='option']").first.click()
    owner.locator(".pz-rule__scope summary").click()
    owner.locator("[name='rules-0-where-typed']").press_sequentially("break")
    owner.locator(".pz-rule [role='option']", has_text="Breakfast").first.click()
    expect(owner.locator(".pz-rule__told")).to_have_text("Never show dish soap, on pages about Breakfast.")
    owner.locator("[name='_save']").click()
    owner.wait_for_url(re.compile("/shoprule/$"))
    made = ShopRule.objects.get()
    assert (made.values, made.where) == (
        {"products": open_shop.ids("dish soap")}, [open_shop.categories["Breakfast"].pk],
    )  # fmt: skip
