"""From a form in a pop-up to a code, by way of a letter, in a real browser and a real server."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from personalization.campaigns.offers.models import PersonalCode
from personalization.storefront.leads.models import Lead
from personalization.storefront.leads.send import send_due
from tests.campaigns.offers.folk import offered
from tests.storefront.popups.conftest import popup
from tests.storefront.popups.test_in_a_browser import PHONE, Come, come  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WORDS = {"en": {
    "title": "5 % off your first order", "text": "Leave your e-mail: the code comes by letter.",
    "thanks": "Look into your mail.", "button": "Send me the code",
}}  # fmt: skip


def seen(page: Any, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_from_a_form_to_a_code(come: Come, settings: Any, live_server: Any, options: Any) -> None:  # noqa: F811
    settings.PERSONALIZATION_SHOP_ADDRESS = live_server.url
    offer, size = offered(title="5 % off everything", value=5), "phone" if options else "desktop"
    popup(design="lead", design_parameters={"offer": offer.pk}, texts=WORDS, link="",
          trigger="time_on_page", trigger_parameters={"seconds": 5})  # fmt: skip
    shopper = come(**options).settle().wait(6).meets("5 % off your first order")
    seen(shopper.page, f"{size}-form")
    dialog = shopper.dialog
    # The browser itself asks for what is missing.
    dialog.get_by_role("button", name="Send me the code").click()
    expect(dialog.get_by_role("status")).to_have_text("")
    dialog.get_by_label("Your e-mail").fill("mary@example.com")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Send me the code").click()
    expect(dialog.get_by_role("status")).to_have_text("Look into your mail.")
    seen(shopper.page, f"{size}-thanks")
    assert (mail.outbox, shopper.complaints) == ([], [])

    send_due(now=timezone.now())
    (letter,) = mail.outbox
    shopper.page.goto(re.search(r"http://\S+confirm\S+", letter.body)[0])
    seen(shopper.page, f"{size}-question")
    shopper.page.get_by_role("button", name="Yes, confirm").click()
    expect(shopper.page.get_by_text("your address is confirmed")).to_be_visible()
    code = PersonalCode.objects.get().code
    expect(shopper.page.locator(".pz-code")).to_have_text(code)
    seen(shopper.page, f"{size}-code")

    send_due(now=timezone.now())
    assert code in mail.outbox[-1].body
    shopper.page.goto(re.search(r"http://\S+stop\S+", mail.outbox[-1].body)[0])
    seen(shopper.page, f"{size}-stop")
    shopper.page.get_by_role("button", name="Unsubscribe").click()
    expect(shopper.page.get_by_role("status")).to_contain_text("no more")
    assert not Lead.objects.subscribed().exists()
    found = (
        Axe().run(shopper.page, context=".pz-page", options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    )
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    # Of Oscar's own layout, and of Axe, which brings styles of its own.
    shopper.complaints.clear()
