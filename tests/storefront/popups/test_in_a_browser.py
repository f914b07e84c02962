"""What a shopper meets, in a real browser: at its moment and no sooner, by keyboard too, and nothing moves for it."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from personalization.storefront.popups import sight
from personalization.storefront.popups.models import PopupShowing
from tests import browser
from tests.browser_script.conftest import STRICT
from tests.campaigns.offers.folk import offered
from tests.safety.conftest import fill_tables
from tests.storefront.popups.conftest import popup

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {
    "viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True,
    "user_agent": browser.USER_AGENT.replace("X11; Linux x86_64", "Linux; Android 15; Pixel"),
}  # fmt: skip
FREE: dict[str, int] = {}
# The page has been told of it, whenever its next frame is drawn.
SCROLLED = """(to) => new Promise((done) => {
  addEventListener("scroll", done, { once: true });
  scrollTo(0, to);
})"""
# How far anything moved, and what the policy refused.
WATCH = """window.moved = 0;
new PerformanceObserver((all) => { for (const one of all.getEntries()) window.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
addEventListener("securitypolicyviolation", (event) => console.error("CSP", event.violatedDirective));"""


@dataclass
class Shopper:
    """Somebody on their second page."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def dialog(self) -> Any:
        """The pop-up."""
        return self.page.locator("dialog.pz-popup")

    def go(self, address: str = "/shop/goods/1/") -> "Shopper":
        """Opens a page; the script has asked when this is done."""
        self.page.goto(address, wait_until="load")
        return self

    def settle(self) -> "Shopper":
        """The script asks a second after the page is there."""
        with self.page.expect_response(re.compile(r"/popups/\?")):
            self.page.clock.run_for(1100)
        time.sleep(0.1)
        return self

    def wait(self, seconds: float) -> "Shopper":
        """Time goes on in the browser."""
        self.page.clock.run_for(int(seconds * 1000))
        return self

    def meets(self, title: str = "Welcome back") -> "Shopper":
        """It is there, and has all of its look."""
        expect(self.dialog).to_be_visible()
        expect(self.dialog.locator("h2")).to_have_text(title)
        return self

    def meets_none(self) -> "Shopper":
        """It is not, and nothing is on its way."""
        self.wait(5)
        time.sleep(0.4)
        expect(self.dialog).to_have_count(0)
        return self


Come = Callable[..., Shopper]


@pytest.fixture
def come(chromium: Browser, open_shop: Any, live_server: Any, settings: Any) -> Iterator[Come]:
    """Somebody comes, and opens a first page."""
    from csp.constants import NONCE

    settings.ROOT_URLCONF = "tests.storefront.popups.pages"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "csp.middleware.CSPMiddleware"]
    policy = STRICT | {"script-src": [NONCE], "connect-src": ["'self'"]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    settings.PERSONALIZATION_POPUP_FREE_PAGES = ("checkout", "payment")
    sight.kept.__init__()  # type: ignore[misc]
    found: list[Shopper] = []

    def arrive(**options: Any) -> Shopper:
        told = {"user_agent": browser.USER_AGENT, "viewport": {"width": 1280, "height": 800}} | options
        context = chromium.new_context(base_url=live_server.url, locale="en", **told)
        context.add_init_script(WATCH)
        context.clock.install()
        page = context.new_page()
        page.set_default_timeout(30_000)
        shopper = Shopper(page, context)
        page.on("console", lambda one: shopper.complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: shopper.complaints.append(str(error)))
        page.on("request", lambda request: shopper.asked.append(request.url))
        found.append(shopper)
        return shopper.go().go()

    expect.set_options(timeout=20_000)
    yield arrive
    for shopper in found:
        shopper.context.close()
        assert shopper.complaints == []


class TestMoments:
    def test_after_some_time_that_the_page_is_looked_at(self, come):
        popup(trigger="time_on_page", trigger_parameters={"seconds": 10})
        come().settle().wait(8).wait(3).meets()

    def test_when_the_page_is_scrolled_and_no_sooner(self, come):
        popup(trigger="scrolled", trigger_parameters={"percent": 60})
        shopper = come().settle().meets_none()
        shopper.page.evaluate("scrollTo(0, document.documentElement.scrollHeight * .2)")
        shopper.meets_none()
        shopper.page.evaluate("scrollTo(0, document.documentElement.scrollHeight * .7)")
        shopper.meets()

    def test_one_who_has_scrolled_before_it_was_asked_for_meets_it_all_the_same(self, come):
        popup(trigger="scrolled", trigger_parameters={"percent": 60})
        shopper = come()
        shopper.page.evaluate(SCROLLED, 6000)
        shopper.settle().meets()

    def test_when_nothing_moves_any_more(self, come):
        popup(trigger="inactive", trigger_parameters={"seconds": 30})
        shopper = come().settle()
        for _ in range(3):
            shopper.wait(25)
            shopper.page.keyboard.press("Shift")
        shopper.meets_none().wait(26).meets()

    def test_when_the_mouse_leaves_at_the_top_but_not_by_a_link(self, come):
        popup(trigger="leaving", trigger_parameters={})
        shopper = come().settle()
        out = "document.dispatchEvent(new MouseEvent('mouseout', { relatedTarget: null, clientY: %d, bubbles: true }))"
        shopper.page.evaluate(
            "document.querySelector('#link').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))"
        )
        shopper.page.evaluate(out % -1)
        shopper.meets_none()
        shopper.page.evaluate(out % 400)
        shopper.meets_none()
        shopper.page.evaluate(out % -1)
        shopper.meets()

    def test_on_a_phone_a_quick_way_back_up_and_the_return_from_another_tab(self, come):
        popup(trigger="leaving", trigger_parameters={})
        shopper = come(**PHONE).settle()
        for to in (900, 1400, 1900):
            shopper.page.evaluate(SCROLLED, to)
            shopper.wait(0.5)
        shopper.meets_none()
        for to in (1700, 1400, 1100):
            shopper.page.evaluate(SCROLLED, to)
            shopper.wait(0.05)
        shopper.meets()

    def test_by_a_call_of_the_shop_s_script(self, come):
        popup(trigger="called", trigger_parameters={"call": "sizes"})
        shopper = come().settle().meets_none()
        assert shopper.page.evaluate("personalization.popup('another')") is False
        assert shopper.page.evaluate("personalization.popup('sizes')") is True
        shopper.meets()


class TestManners:
    def test_it_is_asked_for_once_a_page_and_drawn_once(self, come):
        popup("one", trigger="time_on_page", trigger_parameters={"seconds": 5}, frequency=FREE)
        popup("two", trigger="scrolled", trigger_parameters={"percent": 20}, frequency=FREE)
        shopper = come().settle()
        shopper.page.evaluate("scrollTo(0, 3000)")
        shopper.meets().wait(20)
        assert sum("/popups/?" in one for one in shopper.asked) == 1
        expect(shopper.dialog).to_have_count(1)

    def test_on_the_first_page_and_in_the_checkout_there_is_none(self, come):
        popup()
        shopper = come()
        shopper.context.clear_cookies()
        shopper.go().settle().meets_none()
        shopper.go("/pay/").wait(5)
        assert shopper.page.locator("script[data-pz-popups]").count() == 0
        shopper.meets_none()

    def test_it_waits_while_somebody_is_typing(self, come):
        popup(trigger="time_on_page", trigger_parameters={"seconds": 3})
        shopper = come().settle()
        shopper.page.focus("#field")
        shopper.meets_none()
        shopper.page.evaluate("document.activeElement.blur()")
        shopper.wait(3).meets()

    def test_a_failure_of_ours_shows_nothing_and_changes_nothing(self, come, monkeypatch):
        popup()
        shopper = come()
        monkeypatch.setattr(sight, "_AT_HAND", "SELECT broken {basket}")
        shopper.settle().meets_none()
        expect(shopper.page.locator("h1")).to_have_text("Goods")


class TestItself:
    @pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
    @pytest.mark.parametrize("look", ["dialog", "corner"])
    def test_nothing_moves_and_nothing_is_wrong_with_it(self, come, options, look):
        popup(look=look)
        shopper = come(**options).settle().wait(4).meets()
        shopper.wait(1)
        assert shopper.page.evaluate("window.moved") == 0
        before = list(shopper.complaints)
        violations = Axe().run(shopper.page).response["violations"]
        serious = [one["id"] for one in violations if one["impact"] in ("serious", "critical")]
        assert (serious, before) == ([], [])
        # Axe brings styles of its own, which the policy refuses.
        shopper.complaints.clear()
        box, size = shopper.dialog.bounding_box(), shopper.page.viewport_size
        if options:
            assert box["height"] <= size["height"] / 3 + 1
            assert abs(box["y"] + box["height"] - size["height"]) <= 1
            assert box["width"] == size["width"]
        else:
            assert box["width"] <= 480
        close = shopper.dialog.locator(".pz-popup__close").bounding_box()
        assert min(close["width"], close["height"]) >= 44

    def test_by_keyboard_alone(self, come):
        popup()
        shopper = come()
        shopper.page.focus("#first")
        shopper.settle().wait(4).meets()
        seen = set()
        for _ in range(6):
            shopper.page.keyboard.press("Tab")
            seen.add(
                shopper.page.evaluate(
                    "Boolean(document.activeElement.closest('dialog')) || document.activeElement === document.body"
                )
            )
        assert seen == {True}, "the page behind it can't be reached"
        shopper.page.keyboard.press("Escape")
        expect(shopper.dialog).to_have_count(0)
        assert shopper.page.evaluate("document.activeElement.id") == "first"
        self.noted("closed")

    def test_a_card_in_the_corner_leaves_the_page_alone(self, come):
        popup(look="corner")
        shopper = come()
        shopper.page.focus("#first")
        shopper.settle().wait(4).meets()
        assert shopper.page.evaluate("document.activeElement.id") == "first"
        shopper.page.click("#first")
        shopper.page.keyboard.press("Escape")
        expect(shopper.dialog).to_have_count(0)

    def test_its_button_leads_where_the_owner_said_and_is_noted(self, come):
        popup(link="/shop/goods/2/")
        shopper = come().settle().wait(4).meets()
        shopper.dialog.get_by_role("link", name="Have a look").click()
        shopper.page.wait_for_url("**/shop/goods/2/")
        self.noted("clicked")

    def test_a_survey_takes_one_answer_and_says_thanks(self, come):
        words = {"en": {"title": "Did you find it?", "thanks": "That helps.", "answers": "Yes\nNo"}}
        popup(texts=words, design="survey")
        shopper = come().settle().wait(4).meets("Did you find it?")
        shopper.dialog.get_by_role("button", name="No").click()
        expect(shopper.dialog.get_by_role("status")).to_have_text("That helps.")
        assert PopupShowing.objects.get().answer == 1
        self.noted("answered")

    def test_without_scripts_it_is_a_part_of_the_page(self, come):
        popup("hello")
        shopper = come(java_script_enabled=False)
        section = shopper.page.locator("section.pz-popup--inline")
        expect(section.locator("h2")).to_have_text("Welcome back")
        expect(section.get_by_role("link", name="Have a look")).to_have_attribute("href", "/catalogue/")
        assert PopupShowing.objects.count() == 0

    def test_who_wants_less_motion_gets_none(self, come):
        popup()
        shopper = come(reduced_motion="reduce").settle().wait(4).meets()
        assert shopper.dialog.evaluate("one => getComputedStyle(one).animationName") == "none"

    @staticmethod
    def noted(outcome: str) -> None:
        for _ in range(100):
            if PopupShowing.objects.filter(outcome=outcome).exists():
                return
            time.sleep(0.05)
        raise AssertionError([one.outcome for one in PopupShowing.objects.all()])


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("design", ["discount", "lead", "suggestion", "shipping", "survey"])
def test_no_design_bars_anybody(come, open_shop, design, options):
    fill_tables(open_shop)
    settings_of = {
        "discount": {"offer": offered().pk},
        "suggestion": {"strategy": "bestsellers", "limit": 2},
        "shipping": {"amount": "50.00"},
    }
    words = {"en": {"title": "Welcome back", "text": "Good to see you.", "answers": "Yes\nNo"}}
    popup(design=design, design_parameters=settings_of.get(design, {}), texts=words, link="")
    shopper = come(**options)
    if design == "shipping":
        basket = shopper.page.context.request
        page = open_shop["honey"].get_absolute_url()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', basket.get(page).text())[1]
        form = {"csrfmiddlewaretoken": token, "quantity": "1"}
        assert basket.post(f"/basket/add/{open_shop['honey'].pk}/", form=form, headers={"Referer": page}).ok
    shopper.go().settle().wait(4).meets()
    serious = [
        (one["id"], one["nodes"][0]["target"])
        for one in Axe().run(shopper.page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert shopper.page.evaluate("window.moved") == 0
    shopper.complaints.clear()
