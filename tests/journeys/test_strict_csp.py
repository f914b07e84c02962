"""Promise 19: nothing on any page needs more than its own scripts and styles, each load with another nonce."""

import re
import urllib.request

import pytest
from django.contrib import admin

from tests.journeys.test_a_stranger_becomes_a_customer import _buy, _sign_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(400)]

POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'")
STOREFRONT = (
    "/", "/catalogue/", "/search/?q=milk", "/search/?q=nothing-of-the-kind", "/basket/", "/accounts/login/",
    "/personalization/consent/", "/personalization/taste/", "/personalization/my-data/", "/no-such-page/",
)  # fmt: skip
BACK_OFFICE = (
    "/admin/", "/admin/personalization/", "/admin/personalization/block/", "/admin/personalization/block/first-steps/",
    "/admin/personalization/block/add/", "/admin/personalization/shoprule/",
    "/admin/personalization/shoprule/add/", "/admin/personalization/health/", "/admin/personalization/trainingrun/",
    "/admin/personalization/event/", "/admin/personalization/visitor/", "/admin/personalization/jobrun/",
    "/admin/personalization/tally/", "/admin/personalization/consentrecord/", "/admin/personalization/dailyfigure/",
    "/admin/personalization/importedfile/", "/admin/personalization/erasure/", "/admin/personalization/accountconsent/",
    "/admin/personalization/quarantinedpayload/", "/admin/personalization/scorecard/",
    "/admin/personalization/visitor/person/", "/admin/personalization/customer/",
    "/admin/personalization/customer/see/?path=/",
    "/admin/personalization/customerlook/", "/admin/personalization/predictionrun/",
    "/admin/personalization/personaloffer/", "/admin/personalization/personaloffer/add/",
    "/admin/personalization/personalcode/", "/admin/personalization/personalcode/give/",
    "/admin/personalization/segment/", "/admin/personalization/segment/add/", "/admin/personalization/journey/",
    "/admin/personalization/popup/", "/admin/personalization/popup/add/?start=free_delivery",
    "/admin/personalization/popup/which/", "/admin/personalization/lead/",
    "/admin/personalization/banner/", "/admin/personalization/banner/add/",
    "/admin/personalization/interestdoor/", "/admin/personalization/interestdoor/add/",
)  # fmt: skip
ACCOUNT = (
    "/accounts/", "/accounts/profile/", "/accounts/profile/edit/", "/accounts/orders/", "/accounts/addresses/",
    "/accounts/emails/", "/accounts/alerts/", "/accounts/notifications/inbox/", "/accounts/wishlists/",
    "/accounts/change-password/", "/personalization/consent/", "/personalization/taste/", "/personalization/my-data/",
    "/personalization/my-data/erase/",
)  # fmt: skip


@pytest.fixture
def watched(visit):
    """A page that notes what the browser refused."""
    page, refused = visit(), []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    return page, refused


def test_the_storefront_keeps_to_it(watched):
    page, refused = watched
    for address in STOREFRONT:
        answer = page.goto(address, wait_until="load")
        assert all(part in answer.headers["content-security-policy"] for part in POLICY), address
        page.wait_for_timeout(50)
        assert refused == [], address


def test_a_shopper_s_way_to_the_end_of_the_checkout_keeps_to_it(watched):
    page, refused = watched
    page.goto("/catalogue/")
    page.locator("article a").first.click()
    # The next page must find it there.
    with page.expect_response(lambda answer: "/basket/add/" in answer.url):
        page.get_by_role("button", name=re.compile("^Add to")).first.click()
    page.goto("/checkout/")
    page.goto("/basket/")
    _sign_up(page, "petra@example.com")
    assert refused == [], "from the basket to the account"
    _buy(page)
    assert refused == [], "the checkout"
    for address in ACCOUNT:
        assert page.goto(address, wait_until="load").status == 200, address
        page.wait_for_timeout(50)
        assert refused == [], address
    page.goto("/accounts/orders/")
    page.locator("a[href*='/accounts/orders/1']").first.click()
    page.goto("/personalization/my-data/erase/")
    page.locator("form[action$='/erase/'] [type=submit], form:has([name=sure]) [type=submit]").last.click()
    page.wait_for_load_state("load")
    assert refused == [], "an order, and an erasure that nobody is sure of"


def test_no_list_of_the_back_office_is_left_out():
    ours = [model for model in admin.site._registry if model._meta.app_label == "personalization"]
    assert {f"/admin/personalization/{model._meta.model_name}/" for model in ours} <= set(BACK_OFFICE)


def test_the_back_office_keeps_to_it(watched):
    page, refused = watched
    page.goto("/admin/login/")
    page.fill("#id_username", "owner@example.com")
    page.fill("#id_password", "owner-secret")
    page.click("[type=submit]")
    for address in BACK_OFFICE:
        assert page.goto(address, wait_until="load").status == 200, address
        page.wait_for_timeout(50)
        assert refused == [], address
    page.goto("/admin/personalization/block/")
    page.locator("#result_list .field-block a").first.click()
    page.wait_for_load_state("networkidle")
    assert refused == [], "the block's form with its preview"
    page.goto("/admin/personalization/popup/add/?start=welcome_back")
    page.locator("[name=_continue]").first.click()
    page.wait_for_load_state("networkidle")
    page.locator(".pz-replay button").click()
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-pz-working]").count() == 1
    assert refused == [], "the replay of a pop-up"
    for button in ("person/", "person/erase/"):
        page.goto("/admin/personalization/visitor/person/")
        page.fill("[name=who]", "owner@example.com")
        page.evaluate(
            """where => {
                const form = document.querySelector("form:has([name=who])");
                form.action = `/admin/personalization/visitor/${where}`;
                form.requestSubmit();
            }""",
            button,
        )
        page.wait_for_load_state("networkidle")
        assert refused == [], button


def test_the_watch_sees_what_is_refused(watched):
    page, refused = watched
    page.goto("/")
    with page.expect_console_message(lambda message: "Security Policy" in message.text):
        page.evaluate("() => { const s = document.createElement('script'); s.text = '1'; document.body.append(s) }")
    assert len(refused) == 1


def test_no_two_loads_share_a_nonce(shop):
    nonces = set()
    for _ in range(100):
        with urllib.request.urlopen(f"{shop.address}/accounts/login/") as answer:  # noqa: S310 - our own server
            nonces.update(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
    assert len(nonces) == 100
