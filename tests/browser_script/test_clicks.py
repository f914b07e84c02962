"""A click in a card says which product it was, where it stood and in which showing."""

import pytest

from tests.browser_script.pages import shown_id

pytestmark = pytest.mark.browser
STAY = "document.addEventListener('click', (event) => event.preventDefault());"


def clicks(server) -> list[tuple[int, int]]:
    """Product and position of each click."""
    return [(event["product"], event["data"]["position"]) for event in server.events("block_clicked")]


@pytest.fixture
def shopper(come):
    """Somebody whose clicks lead nowhere."""
    return come(script=STAY).go("/?menu&after=")


def test_a_click_tells_product_and_position(server, shopper):
    shopper.page.locator("[data-pz-product='12'] .pz-card__link").click()
    shopper.wait(5000)
    (event,) = server.wait_for("block_clicked")
    assert event["product"] == 12
    assert event["data"] == {"shown": shown_id(0), "slot": "home-1", "block": 5, "position": 3}


def test_a_button_of_a_card_counts_too(server, shopper):
    shopper.page.locator("[data-pz-product='13'] .pz-button").click()
    shopper.wait(5000)
    server.wait_for("block_clicked")
    assert clicks(server) == [(13, 4)]


def test_the_middle_button_counts_and_the_right_one_does_not(server, come):
    shopper = come().go("/?after=")
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").click(button="right")
    with shopper.context.expect_page():
        shopper.page.locator("[data-pz-product='12'] .pz-card__link").click(button="middle")
    shopper.wait(5000)
    server.wait_for("block_clicked")
    assert clicks(server) == [(12, 2)]


def test_enter_on_the_keyboard_counts_once(server, shopper):
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").focus()
    shopper.page.keyboard.press("Enter")
    shopper.wait(5000)
    server.wait_for("block_clicked")
    assert clicks(server) == [(11, 2)]


def test_what_leads_nowhere_or_is_said_about_a_card_is_no_click(server, shopper):
    shopper.page.locator("[data-pz-product='11'] .pz-card__price").dispatch_event("click")
    shopper.page.locator("summary").click()
    shopper.page.locator("[value='owned']").dispatch_event("click")
    shopper.page.locator("#first").click()
    shopper.tell("end").wait(5000)
    server.wait_for("custom")
    assert clicks(server) == []


def test_a_click_is_told_before_the_page_is_gone(server, come):
    shopper = come().go()
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").click()
    shopper.page.wait_for_url("**/other/")
    server.wait_for("page_left")
    assert server.kinds() == ["block_clicked", "page_left"]
    message = server.messages[0]
    assert message.is_beacon
    assert message.body["page"] == "/"


def test_a_shop_that_stops_its_clicks_hides_none_from_us(server, come):
    stop = "document.addEventListener('click', (event) => { event.stopPropagation(); event.preventDefault(); });"
    shopper = come(script=f"addEventListener('DOMContentLoaded', () => {{ {stop} }}, true);").go()
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").click()
    shopper.wait(5000)
    server.wait_for("block_clicked")
