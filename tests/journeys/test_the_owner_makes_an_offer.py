"""An owner makes an offer in one form, and a shopper finds their code in the basket and pays less."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(600)]

# What the worker does every ten minutes.
GIVE = """
import django
django.setup()
from django.utils import timezone
from personalization.campaigns.offers.issue import issue_all
from personalization.campaigns.offers.keep import keep
from personalization.people.profiles.refresh import rebuild
rebuild(now=timezone.now())
issue_all(now=timezone.now())
keep(now=timezone.now())
"""
SHOTS = os.environ.get("SHOTS", "")


def _shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def _serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.fixture
def owner(visit):
    """Signed in to the back-office."""

    def enter(width: int = 1280):
        page = visit(width=width)
        page.goto("/admin/login/")
        page.fill("#id_username", "owner@example.com")
        page.fill("#id_password", "owner-secret")
        page.click("input[type=submit]")
        return page

    return enter


def test_from_an_empty_list_to_a_lower_price(owner, visit, shop):
    page = owner()
    page.goto("/admin/personalization/personaloffer/")
    _shot(page, "empty")
    assert _serious(page) == []
    page.get_by_role("link", name=re.compile("ordered nothing for 60 days")).click()
    sentence = page.locator("[data-pz-told]")
    assert "once they ordered nothing for 60 days" in sentence.inner_text()
    page.select_option("#id_trigger", "segment")
    page.locator("[data-pz-told]", has_text="at once").wait_for()
    page.fill("#id_title", "20 % off everything")
    page.fill("#id_value", "20")
    page.fill("#id_most_uses", "200")
    page.locator("[data-pz-told]", has_text="20 % off").wait_for()
    page.locator(".pz-offer__reach", has_text="meant now").wait_for()
    _shot(page, "form")
    assert _serious(page) == []
    page.select_option("#id_status", "live")
    page.get_by_role("button", name="Save", exact=True).click()
    subprocess.run([sys.executable, "-c", GIVE], env=shop.env, check=True, timeout=200)
    page.goto("/admin/personalization/personaloffer/")
    _shot(page, "list")
    assert _serious(page) == []
    assert "live" in page.locator(".pz-chip").first.inner_text()
    page.goto("/admin/personalization/personalcode/")
    _shot(page, "codes")
    assert _serious(page) == []

    email, password = (
        shop.one("SELECT email FROM auth_user WHERE starts_with(email, 'household') ORDER BY id LIMIT 1"),
        "secret",
    )
    change = f"from django.contrib.auth import get_user_model as m; u=m().objects.get(email={email!r})"
    command = f"import django; django.setup(); {change}; u.set_password({password!r}); u.save()"
    subprocess.run([sys.executable, "-c", command], env=shop.env, check=True, timeout=100)
    for width in (1280, 390):
        shopper = visit(width=width)
        shopper.goto("/accounts/login/")
        shopper.fill("#id_login-username", email)
        shopper.fill("#id_login-password", password)
        shopper.locator("button[name=login_submit]").click()
        shopper.goto("/personalization/taste/")
        _shot(shopper, f"taste-{width}")
        shopper.goto("/catalogue/")
        shopper.locator("article a").first.click()
        # The next page must find it there.
        with shopper.expect_response(lambda answer: "/basket/add/" in answer.url):
            shopper.get_by_role("button", name=re.compile("^Add to")).first.click()
        shopper.goto("/basket/")
        _shot(shopper, f"basket-{width}")
        own = shopper.locator(".pz-own")
        if width == 1280:
            assert _serious(shopper) == []
            own.get_by_role("button", name=re.compile("Use it")).first.click()
            assert "20 % off everything" in shopper.locator(".basket__sum").inner_text()
            _shot(shopper, "used")
        assert shopper.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390])
def test_the_pages_fit_a_phone(owner, width):
    page = owner(width)
    for name, address in (("list", ""), ("form", "add/")):
        page.goto(f"/admin/personalization/personaloffer/{address}")
        _shot(page, f"{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), address
