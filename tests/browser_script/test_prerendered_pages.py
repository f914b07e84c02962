"""A page made ahead of time is nobody's until it is looked at; then the browser tells what the server did not count."""

import pytest

from tests.browser_script.pages import shown_id

pytestmark = pytest.mark.browser
AHEAD = """let ahead = true;
Object.defineProperty(document, "prerendering", { configurable: true, get: () => ahead });
window.activate = () => { ahead = false; document.dispatchEvent(new Event("prerenderingchange")); };"""


def test_a_page_that_nobody_looks_at_yet_says_nothing(server, come):
    shopper = come(script=AHEAD).go("/?blocks=2").look().tell("one", 30).wait(60_000)
    assert server.messages == []
    shopper.page.evaluate("activate()")
    shopper.look().wait(5000)
    server.wait_for("block_seen", 2)
    assert server.kinds()[:3] == ["block_shown", "block_shown", "custom"]
    first, second = server.events("block_shown")
    assert (first["id"], second["id"]) == (shown_id(0), shown_id(1))
    assert first["data"] == {"slot": "home-1", "block": 5, "strategy": "for_you", "products": [11, 12, 13]}
    assert len(server.events("custom")) == 30


def test_nor_after_a_look_without_consent(server, come):
    shopper = come(script=AHEAD, agreed=False).go().tell("one", 30)
    shopper.page.evaluate("activate()")
    assert shopper.look().wait(60_000).page.locator("#pz-consent").is_visible()
    assert server.messages == []


def test_a_page_of_an_ordinary_visit_was_counted_by_the_server(server, come):
    come().go().look().wait(5000)
    server.wait_for("block_seen")
    assert server.events("block_shown") == []


def test_a_page_fetched_ahead_tells_what_was_shown_and_viewed(server, come):
    shopper = come()
    shopper.page.route("**/?blocks=1", _fetched_ahead)
    shopper.go("/?blocks=1").look().wait(5000)
    server.wait_for("block_seen")
    assert server.kinds()[:2] == ["product_viewed", "block_shown"]
    assert server.events("product_viewed")[0]["product"] == 12


def _fetched_ahead(route):
    answer = route.fetch(headers=route.request.headers | {"Sec-Purpose": "prefetch"})
    assert "data-pz-ahead" in answer.text()
    # What a product page says; here is no view that could have noted it.
    route.fulfill(response=answer, body=answer.text().replace("data-pz-ahead", 'data-pz-ahead data-pz-viewed="12"'))


def test_a_page_looked_at_before_its_script_ran_was_made_ahead_all_the_same(server, come):
    late = "performance.getEntriesByType = () => [{ activationStart: 120 }];"
    come(script=late).go().look().wait(5000)
    server.wait_for("block_seen")
    assert server.kinds() == ["block_shown", "block_seen"]


def test_a_page_really_made_ahead_by_the_browser(server, come, whole_chromium):
    shopper = come(running=whole_chromium).go("/?blocks=0&ahead=/other/?made%3Dahead")
    server.wait(lambda: server.ahead)
    assert server.messages == []
    with shopper.page.expect_navigation(url="**/other/?made=ahead", wait_until="commit"):
        shopper.page.evaluate("location.href = '/other/?made=ahead'")
    shopper.look().wait(5000)
    (shown,) = server.wait_for("block_shown")
    assert shown["id"] == shown_id(0)
    assert server.kinds() == ["page_left", "block_shown", "block_seen"]
    assert server.ahead == ["/other/?made=ahead"]
