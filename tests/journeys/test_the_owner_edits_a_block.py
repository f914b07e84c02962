"""The owner changes a block in the admin, sees the preview, saves, and the shop shows it."""

import re

import pytest

from tests.journeys.shop import block, product_ids

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(400)]


def test_the_owner_gives_a_block_another_heading_and_fewer_products(shop, visit):
    block_id = shop.one("SELECT id FROM personalization_block WHERE slot = 'home-3'")
    events = shop.one("SELECT count(*) FROM personalization_event WHERE kind = 'block_shown'")
    owner = visit()
    _log_in(owner)
    owner.goto(f"/admin/personalization/block/{block_id}/change/")
    owner.fill("[name='title_en']", "Loved this week")
    owner.fill("[name='limit']", "4")
    preview = owner.frame_locator("iframe")
    preview.locator("text=Loved this week").wait_for()
    preview.locator("[data-pz-product]").nth(3).wait_for()
    assert shop.one("SELECT count(*) FROM personalization_event WHERE kind = 'block_shown'") == events, (
        "a preview is no impression"
    )
    owner.click("[name='_save']")
    owner.wait_for_url(re.compile(r"/admin/personalization/block/(\?.*)?$"))

    shopper = visit()
    shopper.goto("/")
    assert "Loved this week" in block(shopper, "home-3").inner_text()
    assert len(product_ids(block(shopper, "home-3"))) == 4


def _log_in(page) -> None:
    page.goto("/admin/")
    page.fill("[name='username']", "owner@example.com")
    page.fill("[name='password']", "owner-secret")
    page.click("[type='submit']")
    page.wait_for_url(re.compile(r"/admin/$"))
