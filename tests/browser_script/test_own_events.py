"""What the shop's own scripts report, also before ours is there; and how little ours does to the page around it."""

import pytest

from tests.browser_script import pages

pytestmark = pytest.mark.browser
EARLY = """window.personalization = window.personalization || { queue: [] };
personalization.queue.push(() => personalization.track("early", { at: "head" }, { product: 12 }));
personalization.queue.push(() => { throw new Error("of the shop"); });
personalization.queue.push(() => personalization.track("next"));
window.held = personalization;"""


def test_an_event_of_the_shop_s_own(server, come):
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate("personalization.track('size_chart_opened', {size: 'M', tries: [1, 2]}, {product: '12'})")
    shopper.wait(5000)
    (event,) = server.wait_for("custom")
    assert event["data"] == {"name": "size_chart_opened", "data": {"size": "M", "tries": [1, 2]}}
    assert event["product"] == 12


def test_what_is_said_before_the_script_is_there_waits_for_it(server, come):
    pages.own.text = EARLY
    shopper = come().go("/?blocks=0")
    assert shopper.page.evaluate("held === personalization")
    shopper.page.evaluate("personalization.queue.push(() => personalization.track('late'))")
    shopper.wait(5000)
    events = server.wait_for("custom", 3)
    assert [event["data"]["name"] for event in events] == ["early", "next", "late"]
    assert events[0]["product"] == 12


def test_and_without_consent_is_forgotten(server, come):
    pages.own.text = EARLY
    shopper = come(agreed=False).go("/?blocks=0")
    shopper.page.evaluate("personalization.consent(['analytics'])")
    shopper.tell("after").wait(5000)
    (event,) = server.wait_for("custom")
    assert event["data"]["name"] == "after"


@pytest.mark.parametrize(
    "nonsense",
    [
        "track()", "track('x', (() => { const a = {}; a.a = a; return a; })())", "track('x', {n: 1n})",
        "track(Symbol('x'))", "track('x', {}, null)", "queue.push('nothing')", "consent(5)", "consent('x')",
        "track('x', { toJSON() { throw 1; } })",
    ],
)  # fmt: skip
def test_no_call_ever_throws_into_the_page(server, come, nonsense):
    server.consent_status = 400
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate(f"(personalization.{nonsense}, null)")
    shopper.tell("end").wait(5000)
    server.wait(lambda: any(one["data"]["name"] == "end" for one in server.events("custom")))


@pytest.mark.parametrize(
    "without",
    [
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('refused'); } });",
        "delete window.IntersectionObserver;",
        "delete window.MutationObserver;",
        "delete Element.prototype.checkVisibility;",
        "Storage.prototype.setItem = () => { throw new Error('full'); };",
    ],
    ids=["storage", "IntersectionObserver", "MutationObserver", "checkVisibility", "room"],
)  # fmt: skip
def test_a_poorer_browser_tells_what_it_can(server, come, without):
    server.answers = [(503, {})]
    # Our own eye, which waits for a frame, needs what is taken away.
    shopper = come(script="")
    shopper.context.add_init_script(without)
    shopper.page.goto(shopper.address + "/?blocks=1")
    shopper.tell("one").wait(5000)
    server.wait_for("custom")
    shopper.until(lambda: len(server.sendings("custom")) > 1)
    # The server has it, but its answer may be on the way still: another question comes back after it.
    shopper.page.evaluate("fetch(location.href).then((answer) => answer.text())")
    shopper.page.goto(shopper.address + "/other/")
    server.wait_for("page_left")


def test_a_browser_without_chance_tells_nothing(server, come):
    shopper = come(script="Object.defineProperty(window, 'crypto', { value: undefined });").go().tell("one", 30)
    shopper.wait(60_000)
    assert shopper.purposes() == ["analytics", "personalization"]
    assert server.messages == []


def test_the_page_s_globals_gain_one_name(server, come):
    everything = "Object.getOwnPropertyNames(window)"
    shopper = come(script="window.before = Object.getOwnPropertyNames(window);").go()
    gained = set(shopper.page.evaluate(everything)) - set(shopper.page.evaluate("before"))
    assert {one for one in gained if not one.startswith("__") and one != "before"} == {"personalization"}
    assert set(shopper.page.evaluate("Object.keys(personalization)")) == {"track", "consent", "queue"}


def test_a_script_that_stands_in_the_page_twice_runs_once(server, come):
    shopper = come().go("/?blocks=0")
    shopper.page.evaluate("""() => new Promise((done) => {
        const again = document.createElement("script");
        again.src = document.querySelector("script[data-pz-script]").src;
        again.nonce = document.querySelector("script[data-pz-script]").nonce;
        again.onload = done;
        document.body.append(again);
    })""")
    shopper.tell("one").wait(5000)
    server.wait_for("custom")
    shopper.go("/other/?blocks=0")
    server.wait_for("page_left")
    assert server.kinds() == ["custom", "page_left"]
