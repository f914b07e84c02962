"""One whole story: look, put into the basket, sign up, buy; and what the shop shows after each step."""

import re

import pytest

from tests.journeys.shop import block, product_ids

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.timeout(400)]

LOGGED = """
SELECT coalesce(variant_id, product_id), quantity, value FROM personalization_event
WHERE kind = 'purchased' AND user_id = %s ORDER BY 1
"""
ORDERED = """
SELECT product_id, quantity, line_price_incl_tax FROM order_line JOIN order_order ON order_order.id = order_id
WHERE user_id = %s ORDER BY 1
"""


def test_a_stranger_looks_signs_up_and_buys(shop, visit):
    page = visit()
    page.goto("/")
    assert block(page, "home-1").count() == 0, "nobody was here before: there is nothing to continue"
    assert all(product_ids(block(page, place)) for place in ("home-3", "home-4")), "a stranger's home is complete"
    before = product_ids(block(page, "home-2"))

    looked_at = [_look_at(page, number) for number in (0, 1)]
    page.goto("/")
    assert product_ids(block(page, "home-1"))[:2] == looked_at[::-1]
    after = product_ids(block(page, "home-2"))
    assert after != before, "two clicks change what is offered"
    assert len(after) >= 6
    assert not set(after) & set(looked_at), "no product stands twice on a page"

    in_basket = _put_into_basket(page)
    page.goto("/basket/")
    complements = product_ids(block(page, "basket-1"))
    assert complements
    assert in_basket not in complements

    _sign_up(page, "nora@example.com")
    page.goto("/")
    assert set(looked_at) <= set(product_ids(block(page, "home-1"))), "the history follows into the account"
    user_id = shop.one("SELECT id FROM auth_user WHERE email = %s", "nora@example.com")
    assert shop.one("SELECT count(*) FROM personalization_visitor WHERE user_id = %s", user_id) >= 1

    _buy(page)
    page.goto("/")
    everything = [one for place in ("home-1", "home-2", "home-3", "home-4") for one in product_ids(block(page, place))]
    assert everything
    assert in_basket not in everything, "what was just bought leaves the blocks"
    assert shop.rows(LOGGED, user_id) == shop.rows(ORDERED, user_id) != []


def test_two_personas_see_different_homes(visit):
    homes = {}
    for key in ("cats", "greens", "evenings", "family"):
        page = visit()
        page.goto("/")
        _become(page, key)
        homes[key] = product_ids(block(page, "home-2"))
    assert all(homes.values())
    pairs = [(one, other) for one in homes for other in homes if one < other]
    for one, other in pairs:
        shared = set(homes[one]) & set(homes[other])
        assert len(shared) <= len(homes[one]) / 2, f"{one} and {other} are shown much the same"


def _look_at(page, number: int) -> int:
    page.goto("/")
    link = block(page, "home-3").locator(".pz-card__link").nth(number)
    product = int(block(page, "home-3").locator("[data-pz-product]").nth(number).get_attribute("data-pz-product"))
    link.click()
    page.wait_for_url(re.compile(r"/catalogue/.+_\d+/"))
    return product


def _put_into_basket(page) -> int:
    page.goto("/")
    card = block(page, "home-3").locator("[data-pz-product]", has=page.locator("form.pz-card__form")).last
    product = int(card.get_attribute("data-pz-product"))
    card.locator("form.pz-card__form button").click()
    page.wait_for_selector("#header-basket .count")
    return product


def _sign_up(page, email: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name='registration-email']", email)
    page.fill("input[name='registration-password1']", "correct horse battery")
    page.fill("input[name='registration-password2']", "correct horse battery")
    page.click("[name='registration_submit']")
    page.wait_for_url(re.compile("/accounts/profile/"))


def _buy(page) -> None:
    page.goto("/checkout/")
    page.wait_for_url(re.compile("/checkout/shipping-address/"))
    for name, value in {
        "first_name": "Nora",
        "last_name": "North",
        "line1": "1 Main Street",
        "line4": "Town",
        "postcode": "10001",
    }.items():
        page.fill(f"input[name='{name}']", value)
    if page.locator("select[name='country']").count():
        page.select_option("select[name='country']", "US")
    page.locator("form:has(input[name='line1']) button[type='submit']").last.click()
    page.wait_for_url(re.compile("/checkout/payment-details/"))
    page.goto("/checkout/preview/")
    page.locator("form:has([name='action'][value='place_order']) [type='submit']").last.click()
    page.wait_for_url(re.compile("/checkout/thank-you/"))


def _become(page, key: str) -> None:
    with page.expect_navigation():
        page.evaluate(
            """key => {
                const field = document.querySelector(`form [name='key'][value='${key}']`);
                field.tagName === 'BUTTON' ? field.click() : field.form.requestSubmit();
            }""",
            key,
        )
    page.goto("/")
