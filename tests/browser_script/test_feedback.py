"""What a shopper says of a card is taken in its place, and can be taken back."""

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def card(come):
    """A card with its menu open."""
    shopper = come(agreed=False).go("/?menu&after=")
    shopper.page.locator("summary").click()
    return shopper.page.locator("[data-pz-product='77']")


def test_a_card_gives_way_to_a_sentence_and_back(server, card):
    page = card.page
    before = card.inner_html().replace(' open=""', "")
    card.get_by_role("button", name="Own it").focus()
    page.keyboard.press("Enter")
    card.get_by_role("button", name="Undo").wait_for()
    assert server.feedback == [{"product": "77", "action": "x", "what": "owned"}]
    assert page.evaluate("document.activeElement.textContent") == "We will not show this again."
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    card.locator("summary").wait_for()
    assert server.feedback[1] == {"product": "77", "action": "x", "what": "undo"}
    assert page.evaluate("document.activeElement.textContent") == "More"
    assert card.inner_html().replace(' aria-busy="true"', "") == before
    card.locator("summary").click()
    card.get_by_role("button", name="Not interested").click()
    card.get_by_role("button", name="Undo").wait_for()
    assert [one["what"] for one in server.feedback] == ["owned", "undo", "not_interested"]


def test_escape_closes_the_menu_and_leaves_the_keyboard_at_its_button(card):
    card.get_by_role("button", name="Own it").focus()
    card.page.keyboard.press("Escape")
    assert card.get_by_role("button", name="Own it").is_hidden()
    assert card.page.evaluate("document.activeElement.textContent") == "More"


def test_a_double_click_says_it_once(server, card):
    card.get_by_role("button", name="Own it").dblclick()
    card.get_by_role("button", name="Undo").wait_for()
    assert len(server.feedback) == 1


def test_what_can_t_be_taken_in_place_is_sent_the_plain_way(server, card):
    server.feedback_status = 500
    card.get_by_role("button", name="Own it").click()
    card.page.wait_for_url("**/taste/feedback/")
    assert "Thank you" in card.page.content()
    assert [one["what"] for one in server.feedback] == ["owned", "owned"]
