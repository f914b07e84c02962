"""How long a page was looked at and how far down, told once when it is left."""

import pytest

pytestmark = pytest.mark.browser


def test_a_page_that_is_left_tells_how_long_and_how_far(server, come):
    shopper = come().go("/?after=far").scroll(900).scroll(0).wait(7400).go("/other/")
    (event,) = server.wait_for("page_left")
    height = shopper.page.evaluate("document.documentElement.scrollHeight")
    assert event["data"] == {"path": "/", "seconds": 7, "scrolled": round(100 * (900 + 800) / height)}
    assert server.messages[-1].is_beacon


def test_a_page_that_fits_was_seen_to_its_end(server, come):
    come().go("/?after=").wait(1000).go("/other/")
    (event,) = server.wait_for("page_left")
    assert event["data"]["scrolled"] == 100


def test_what_is_hidden_is_left_and_told_once(server, come):
    shopper = come().go().wait(3000).tab("hidden")
    (event,) = server.wait_for("page_left")
    assert event["data"]["seconds"] == 3
    shopper.tab("visible").wait(9000).tab("hidden").tab("visible").go("/other/").tell("end").wait(5000)
    server.wait_for("custom")
    assert [one["data"]["path"] for one in server.events("page_left")] == ["/"]


def test_time_in_the_background_is_not_time_spent(server, come):
    hidden = "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });"
    shopper = come(script=hidden).go().wait(60_000).tab("visible").wait(4000).tab("hidden")
    (event,) = server.wait_for("page_left")
    assert event["data"]["seconds"] == 4
    assert shopper.kept() is None


def test_a_page_that_one_comes_back_to_counts_on_from_there(server, come, whole_chromium):
    shopper = come(running=whole_chromium).go("/?after=").wait(5000)
    shopper.page.evaluate("window.isTheSame = true")
    shopper.go("/other/?after=").wait(2000)
    shopper.page.go_back(wait_until="commit")
    assert shopper.page.evaluate("window.isTheSame"), "it came from the browser's memory"
    shopper.wait(3000).go("/other/?after=")
    told = server.wait_for("page_left", 3)
    assert [(one["data"]["path"], one["data"]["seconds"]) for one in told] == [("/", 5), ("/other/", 2), ("/", 3)]
    assert len({one["id"] for one in told}) == 3
