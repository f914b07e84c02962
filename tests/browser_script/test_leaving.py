"""How long a page was looked at and how far down, told once when it is left."""

import pytest

pytestmark = pytest.mark.browser


def test_a_page_that_is_left_tells_how_long_and_how_far(server, come):
    shopper = come().go("/?after=far").scroll(900).scroll(0).wait(7400).go("/other/")
    (event,) = server.wait_for("page_left")
    height = shopper.page.evaluate("document.documentElement.scrollHeight")
    assert event["data"] == {"path": "/", "seconds": 7, "scrolled": round(100 * (900 + 800) / height)}
    assert next(one for one in server.messages if "page_left" in one.raw.decode()).is_beacon


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
    come(script=hidden).go().wait(60_000).tab("visible").wait(4000).tab("hidden")
    (event,) = server.wait_for("page_left")
    assert event["data"]["seconds"] == 4


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


def test_what_went_with_a_page_that_was_left_is_sent_again_by_the_next(server, come):
    shopper = come().go("/?blocks=0").tell("one")
    server.answers = [(503, {})]
    shopper.go("/other/?blocks=0")
    server.wait(lambda: len(server.sendings("custom")) == 2)
    lost, again = (message for message in server.messages if "custom" in message.raw.decode())
    assert (lost.is_beacon, lost.status, again.is_beacon, again.status) == (True, 503, False, 204)
    assert again.body == lost.body
    shopper.until(lambda: shopper.kept() is None)


def test_it_is_not_sent_again_once_that_was_answered(server, come):
    shopper = come().go("/?blocks=0").tell("one").go("/other/?blocks=0")
    server.wait(lambda: len(server.sendings("custom")) == 2)
    shopper.until(lambda: shopper.kept() is None)
    shopper.go("/?blocks=0").go("/other/?blocks=0").tell("end").wait(5000)
    server.wait(lambda: server.events("custom")[-1]["data"]["name"] == "end")
    assert len(server.sendings("custom")) == 3


def test_a_tab_that_comes_back_learns_whether_it_was_taken(server, come):
    shopper = come().go("/?blocks=0").tell("one").tab("hidden")
    server.wait_for("custom")
    assert shopper.kept()
    shopper.tab("visible")
    server.wait(lambda: len(server.sendings("custom")) == 2)
    shopper.until(lambda: shopper.kept() is None)


def test_who_says_no_in_between_takes_it_back(server, come):
    shopper = come().go("/?blocks=0").tell("one").tab("hidden")
    server.wait_for("custom")
    shopper.remember("-.1.1770000001.0").go("/other/?blocks=0").wait(60_000)
    assert shopper.kept() is None
    assert len(server.sendings("custom")) == 1
