"""A block is seen when half of it stood on the screen for a second, and not before."""

import pytest

from tests.browser_script.pages import shown_id

pytestmark = pytest.mark.browser
PUT = """(where) => fetch("/part/").then((answer) => answer.text()).then((html) => {
  const holder = document.createElement("div");
  holder.innerHTML = html;
  document.querySelector(where).append(holder);
})"""


def seen(server) -> list[str]:
    """The showings that were seen, once all is sent that was to be sent."""
    return [event["data"]["shown"] for event in server.events("block_seen")]


def test_half_a_block_for_a_second_is_seen(server, come):
    come().go("/?before=half").look(1000).wait(5000)
    (event,) = server.wait_for("block_seen")
    assert event["data"] == {"shown": shown_id(0), "slot": "home-1", "block": 5}
    assert "product" not in event


def test_a_little_less_than_half_is_not(server, come):
    come().go("/?before=more").look(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    assert server.kinds() == ["custom"]


def test_less_than_a_second_is_not_enough(server, come):
    shopper = come().go().look(999).scroll(2000).wait(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    assert server.kinds() == ["custom"]
    shopper.scroll(0).wait(999).scroll(2000).wait(60_000).tell("end").wait(5000)
    server.wait_for("custom", 2)
    assert seen(server) == [], "two looks of less than a second are not one of two"
    shopper.scroll(0).wait(1000).wait(5000)
    server.wait_for("block_seen")


def test_a_tab_in_the_background_is_not_looked_at(server, come):
    shopper = come().go().look(999).tab("hidden").wait(60_000).tab("visible").wait(999).tell("end", 20)
    server.wait_for("custom", 20)
    assert seen(server) == [], "the second begins anew"
    shopper.wait(6000)
    server.wait_for("block_seen")


def test_of_a_block_taller_than_the_screen_half_a_screen_counts(server, come):
    shopper = come().go("/?look=tall&before=more").look(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    assert seen(server) == []
    shopper.scroll(204).wait(1000).wait(5000)
    server.wait_for("block_seen")


@pytest.mark.parametrize("look", ["unseen", "transparent"])
def test_a_hidden_block_is_not_seen_until_it_is_shown(server, come, look):
    shopper = come().go(f"/?look={look}").look(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    assert seen(server) == []
    shopper.page.evaluate("document.body.className = ''")
    shopper.draw().draw().wait(7000)
    server.wait_for("block_seen")


def test_each_showing_is_seen_once_however_often_one_comes_back(server, come):
    shopper = come().go("/?blocks=2").look().scroll(2000).scroll(0).wait(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    shopper.wait(60_000)
    assert sorted(seen(server)) == [shown_id(0), shown_id(1)]


def test_a_block_that_comes_later_is_seen_too(server, come):
    shopper = come().go("/?blocks=0").look()
    shopper.page.evaluate(PUT, "main")
    shopper.draw().draw().wait(1000).wait(5000)
    (event,) = server.wait_for("block_seen")
    assert event["data"] == {"shown": shown_id(9), "slot": "", "block": None}


def test_a_block_that_goes_in_time_was_not_seen(server, come):
    shopper = come().go().look(500)
    shopper.page.evaluate("document.querySelector('main').replaceChildren()")
    shopper.draw().draw().wait(60_000).tell("end").wait(5000)
    server.wait_for("custom")
    assert seen(server) == []
