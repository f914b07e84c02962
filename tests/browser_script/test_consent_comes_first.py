"""Before somebody has agreed nothing is observed, kept or sent; after a no, nothing any more."""

import pytest

from tests.browser_script.pages import shown_id

pytestmark = pytest.mark.browser
GPC = "Object.defineProperty(navigator, 'globalPrivacyControl', { configurable: true, get: () => true });"
DNT = "Object.defineProperty(navigator, 'doNotTrack', { configurable: true, get: () => '1' });"
HEARD = """window.heard = [];
document.addEventListener("personalization:consent", (event) => heard.push(event.detail.purposes));"""
SPY = """window.watched = [];
for (const [kind, of] of [["click", document], ["auxclick", document], ["scroll", window], ["pagehide", window]]) {
  const add = of.addEventListener;
  of.addEventListener = function (name, ...more) { watched.push(name); return add.call(this, name, ...more); };
}
for (const name of ["IntersectionObserver", "MutationObserver"]) {
  const Real = window[name];
  window[name] = class extends Real { observe(...given) { watched.push(name); return super.observe(...given); } };
}"""
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
    .observe({ type: "layout-shift", buffered: true });
  new IntersectionObserver(() => done(sum)).observe(document.body);
})"""
STAY = "document.addEventListener('click', (event) => event.preventDefault());"


def button(shopper, text):
    """A button of the banner."""
    return shopper.page.locator("#pz-consent").get_by_role("button", name=text, exact=True)


def nothing_is_known_of(server, shopper) -> None:
    """Nothing was sent or kept, not even when the page is left."""
    shopper.tell("end", 30).wait(60_000).tab("hidden").tab("visible")
    shopper.go("/other/").tell("end", 30).wait(60_000)
    shopper.page.evaluate("fetch('/personalization/events/', {method: 'POST', body: '{\"events\": []}'})")
    server.wait(lambda: server.messages)
    assert server.kinds() == []
    assert len(server.messages) == 1
    assert shopper.page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_who_was_not_asked_is_not_watched(server, come):
    shopper = come(agreed=False, script=SPY + STAY).go("/?menu").look().wait(60_000).scroll(900).scroll(0)
    shopper.page.locator("[data-pz-product='11'] .pz-card__link").click()
    assert shopper.context.cookies() == []
    watched = shopper.page.evaluate("watched")
    assert "IntersectionObserver" not in set(watched) - {"DRAWN"} or watched.count("MutationObserver") == 0
    assert not {"auxclick", "scroll", "pagehide", "MutationObserver"} & set(watched)
    nothing_is_known_of(server, shopper)
    assert shopper.context.cookies() == []


def test_who_agrees_is_watched_from_then_on_without_a_reload(server, come):
    shopper = come(agreed=False, script=HEARD).go().look().tell("before").wait(60_000)
    assert button(shopper, "Yes").is_visible()
    button(shopper, "Yes").click()
    shopper.when("heard.length")
    assert server.told == [["analytics", "personalization"]]
    assert shopper.page.evaluate("heard") == [["analytics", "personalization"]]
    assert shopper.page.locator("#pz-consent").is_hidden()
    shopper.tell("after").look().wait(5000)
    (event,) = server.wait_for("block_seen")
    assert event["data"]["shown"] == shown_id(0)
    assert [one["data"]["name"] for one in server.events("custom")] == ["after"]
    assert shopper.go("/other/").page.locator("#pz-consent").is_hidden(), "nobody is asked twice"


def test_purposes_are_chosen_one_by_one(server, come):
    shopper = come(agreed=False, script=HEARD).go("/?blocks=0")
    shopper.page.get_by_label("Counting").check()
    button(shopper, "These").click()
    shopper.when("heard.length")
    assert server.told == [["analytics"]]
    assert shopper.purposes() == ["analytics"]
    shopper.tell("one").wait(5000)
    server.wait_for("custom")


def test_who_says_no_is_left_alone(server, come):
    shopper = come(agreed=False, script=HEARD).go()
    button(shopper, "No").click()
    shopper.when("heard.length")
    assert server.told == [[]]
    assert shopper.go("/other/").page.locator("#pz-consent").is_hidden()
    nothing_is_known_of(server, shopper)


def test_an_answer_to_another_text_is_no_answer(server, come):
    shopper = come(agreed=False).remember("ap.7.1770000000.0").go()
    assert shopper.purposes() == []
    assert button(shopper, "Yes").is_visible()
    nothing_is_known_of(server, shopper)


def test_a_yes_to_mail_alone_is_no_yes_to_being_watched(server, come):
    shopper = come(agreed=False).remember("es.1.1770000000.0").go()
    assert shopper.purposes() == ["email", "sms"]
    assert button(shopper, "Yes").is_hidden()
    nothing_is_known_of(server, shopper)


def test_who_wants_to_be_known_and_not_counted_is_not_counted(server, come):
    shopper = come(agreed=False).remember("p.1.1770000000.0").go().look().tell("one").wait(5000)
    server.wait_for("block_seen")
    shopper.tab("hidden").go("/other/").remember("ap.1.1770000001.0").tell("end").wait(5000)
    server.wait_for("custom")
    assert [event["data"]["name"] for event in server.events("custom")] == ["end"]
    assert server.events("page_left") == []


@pytest.mark.parametrize("signal", [GPC, DNT], ids=["GPC", "DNT"])
@pytest.mark.parametrize("cookie", ["", "ap.1.1770000000.0"], ids=["not asked", "agreed before"])
def test_a_browser_that_says_no_is_asked_nothing_and_obeyed(server, come, signal, cookie):
    shopper = come(agreed=False, script=signal)
    if cookie:
        shopper.remember(cookie)
    shopper.go()
    assert shopper.page.locator("#pz-consent").is_hidden()
    assert shopper.purposes() == []
    nothing_is_known_of(server, shopper)


@pytest.mark.parametrize("signal", [GPC, DNT], ids=["GPC", "DNT"])
def test_a_yes_given_in_spite_of_the_signal_counts(server, come, signal):
    shopper = come(agreed=False, script=signal).remember("ap.1.1770000000.1").go().tell("one").wait(5000)
    server.wait_for("custom")
    assert shopper.purposes() == ["analytics", "personalization"]


def test_a_shop_that_heeds_no_signals_heeds_none_here_either(server, come, settings):
    settings.PERSONALIZATION_OBEY_PRIVACY_SIGNALS = False
    shopper = come(agreed=False, script=GPC).go()
    assert button(shopper, "Yes").is_visible()
    shopper.remember().go("/other/").tell("one").wait(5000)
    server.wait_for("custom")


def test_who_takes_it_back_is_left_alone_at_once(server, come):
    server.answers = [(503, {"Retry-After": "5"})]
    shopper = come(script=HEARD).go().look().tell("one").wait(5000).fail().tell("two")
    shopper.page.evaluate("personalization.consent([])")
    shopper.when("heard.length")
    assert shopper.purposes() == []
    assert shopper.kept() is None
    shopper.tell("three", 30).wait(60_000).go("/other/").wait(60_000)
    assert shopper.kept() is None
    shopper.page.evaluate("fetch('/personalization/events/', {method: 'POST', body: '{\"events\": []}'})")
    server.wait(lambda: len(server.messages) > 1)
    assert [len(message.body["events"]) for message in server.messages] == [2, 0]


def test_who_agrees_again_tells_nothing_of_before(server, come):
    server.answers = [(503, {"Retry-After": "5"})]
    shopper = come(script=HEARD).go("/?blocks=0").tell("one").wait(5000).fail().tell("two", 25)
    shopper.page.evaluate("personalization.consent([]).then(() => personalization.consent(['analytics']))")
    shopper.when("heard.length === 2").tell("after").wait(5000)
    server.wait_for("custom", 2)
    shopper.wait(60_000).tell("end").wait(5000)
    server.wait(lambda: server.events("custom")[-1]["data"]["name"] == "end")
    assert [event["data"]["name"] for event in server.events("custom")] == ["one", "after", "end"]


def test_a_no_counts_at_once_even_if_the_server_did_not_hear_it(server, come):
    server.consent_status = 503
    shopper = come().go().tell("one")
    assert shopper.page.evaluate("personalization.consent([])") == ["analytics", "personalization"]
    nothing_was_sent_on = shopper.tell("two", 30).wait(60_000)
    assert nothing_was_sent_on.kept() is None
    assert server.messages == []


def test_a_no_in_another_tab_counts_in_this_one(server, come):
    shopper = come().go().tell("one").remember("-.1.1770000001.0").tell("two", 30).wait(60_000)
    nothing_is_known_of(server, shopper)


def test_a_no_on_the_page_of_settings_takes_what_waited(server, come):
    server.answers = [(503, {"Retry-After": "3000"})]
    shopper = come().go().tell("one").wait(5000).fail().go("/other/")
    assert shopper.kept()
    shopper.remember("-.1.1770000001.0").go("/?said=no")
    assert shopper.kept() is None


def test_a_server_that_knows_better_ends_it(server, come):
    server.answers = [(403, {})]
    shopper = come(script=HEARD).go("/?blocks=0").tell("one").wait(5000)
    server.wait_for("custom")
    shopper.until(lambda: not shopper.tell("more").purposes() or server.messages, step=100)
    shopper.draw().draw().tell("two", 40).wait(60_000).draw().tab("hidden").draw()
    assert len(server.messages) == 1
    shopper.tab("visible").page.evaluate("personalization.consent(['analytics'])")
    shopper.when("heard.length").tell("three").wait(5000)
    server.wait_for("custom", 2)


def test_a_banner_of_the_shop_s_own_says_what_was_answered(server, come):
    shopper = come(agreed=False).go("/?blocks=0")
    assert shopper.purposes() == []
    assert shopper.page.evaluate("personalization.consent(['analytics', 'email'])") == ["analytics", "email"]
    assert server.told == [["analytics", "email"]]
    assert shopper.purposes() == ["analytics", "email"]
    shopper.tell("one").wait(5000)
    server.wait_for("custom")


class TestAShopThatAsksByItself:
    """The page says what the shop's own callable says; our cookie and our banner have no say."""

    def test_and_was_answered_yes(self, server, come, settings):
        settings.PERSONALIZATION_CONSENT = "tests.browser_script.pages.agreed_elsewhere"
        shopper = come(agreed=False).go().tell("one").wait(5000)
        server.wait_for("custom")
        assert shopper.purposes() == ["analytics"]
        assert shopper.page.locator("#pz-consent").is_hidden()

    def test_and_was_answered_no(self, server, come, settings):
        settings.PERSONALIZATION_CONSENT = "tests.browser_script.pages.refused_elsewhere"
        shopper = come().go()
        assert shopper.purposes() == []
        assert shopper.page.locator("#pz-consent").is_hidden()
        nothing_is_known_of(server, shopper)

    def test_and_tells_us_while_the_page_is_open(self, server, come, settings):
        settings.PERSONALIZATION_CONSENT = "tests.browser_script.pages.refused_elsewhere"
        shopper = come(agreed=False).go("/?blocks=0")
        assert shopper.page.evaluate("personalization.consent(['analytics'])") == ["analytics"]
        shopper.tell("one").wait(5000)
        server.wait_for("custom")


class TestTheBanner:
    """It waits beside the page."""

    def test_takes_no_focus_moves_nothing_and_no_key_agrees_by_chance(self, server, come):
        shopper = come(agreed=False).go()
        assert button(shopper, "Yes").is_visible()
        assert shopper.page.evaluate("document.activeElement === document.body")
        assert shopper.page.evaluate(SHIFT) == 0
        shopper.page.keyboard.press("Escape")
        shopper.page.keyboard.press("Enter")
        assert button(shopper, "Yes").is_visible()
        assert server.told == []
        nothing_is_known_of(server, shopper)

    def test_is_answered_by_keyboard_alone(self, server, come):
        shopper = come(agreed=False, script=HEARD).go("/?blocks=0")
        for _ in range(3):
            shopper.page.keyboard.press("Tab")
        assert shopper.page.evaluate("document.activeElement.textContent") == "Yes"
        shopper.page.keyboard.press("Enter")
        shopper.when("heard.length")
        assert server.told == [["analytics", "personalization"]]

    def test_stays_when_the_server_did_not_hear_the_answer(self, server, come):
        server.consent_status = 503
        shopper = come(agreed=False, script=HEARD).go("/?blocks=0")
        button(shopper, "Yes").click()
        shopper.until(lambda: server.told)
        assert button(shopper, "Yes").is_visible()
        assert shopper.page.evaluate("heard") == []
        server.consent_status = 204
        button(shopper, "Yes").click()
        shopper.when("heard.length")
        assert button(shopper, "Yes").is_hidden()

    def test_of_two_tabs_goes_when_it_is_answered_in_one(self, server, come):
        shopper = come(agreed=False).go()
        shopper.remember().tab("hidden").tab("visible")
        assert button(shopper, "Yes").is_hidden()
        shopper.tell("one").wait(5000)
        server.wait_for("custom")
