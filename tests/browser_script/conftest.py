"""Real pages in a real browser; time goes on only when a test says so."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext, Page

from personalization.storefront import script
from tests import browser
from tests.browser_script import pages
from tests.browser_script.recorder import Recorder, recorder

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
POLICY = "csp.middleware.CSPMiddleware"
STRICT = {
    "default-src": ["'self'"], "script-src": ["NONCE"], "style-src": ["'self'"], "object-src": ["'none'"],
    "base-uri": ["'none'"], "img-src": ["'self'", "data:"],
}  # fmt: skip
# A frame has been drawn and judged, for our own eye too: observers are told in the order in which they were made.
DRAWN = """() => new Promise((done) => {
  const eye = new IntersectionObserver(() => { eye.disconnect(); done(); });
  eye.observe(document.documentElement);
})"""
LISTEN = """addEventListener("securitypolicyviolation", (event) => console.error("CSP", event.violatedDirective));
addEventListener("unhandledrejection", () => console.error("unhandled"));"""
HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
# What a page sends while it is left carries the browser's own name, not the one that Playwright gives to its pages.
AGENT = f"--user-agent={browser.USER_AGENT}"
AGREED = "ap.1.1770000000.0"


@dataclass
class Shopper:
    """Somebody with a browser."""

    page: Page
    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, address: str = "/") -> "Shopper":
        """Opens a page and lets a frame be drawn."""
        answer = self.page.goto(self.address + address)
        assert answer is not None
        assert answer.ok
        return self.draw()

    def draw(self) -> "Shopper":
        """Lets the browser draw a frame."""
        self.page.evaluate(DRAWN)
        return self

    def wait(self, milliseconds: int) -> "Shopper":
        """Lets time pass, all timers with it."""
        self.page.clock.run_for(milliseconds)
        return self

    def look(self, milliseconds: int = 1000) -> "Shopper":
        """Looks at the page for a while."""
        return self.draw().wait(milliseconds)

    def scroll(self, to: int) -> "Shopper":
        """Scrolls there and lets a frame be drawn."""
        self.page.evaluate("(to) => scrollTo(0, to)", to)
        return self.draw().draw()

    def tab(self, state: str) -> "Shopper":
        """Turns to another tab ("hidden"), or back ("visible")."""
        self.page.evaluate(HIDE, state)
        return self

    def tell(self, name: str, count: int = 1) -> "Shopper":
        """The shop's own script reports something."""
        self.page.evaluate("([name, count]) => { while (count--) personalization.track(name) }", [name, count])
        return self

    def kept(self) -> str | None:
        """What waits in the browser for the next page."""
        return self.page.evaluate("sessionStorage.getItem('pz_unsent')")

    def remember(self, value: str = AGREED) -> "Shopper":
        """The answer that this browser gave before."""
        self.context.add_cookies([{"name": "pz_consent", "value": value + ":x", "url": self.address}])
        return self

    def fail(self) -> "Shopper":
        """Waits until the script knows that the server is in trouble."""
        return self.when("sessionStorage.getItem('pz_unsent') !== null")

    def pause(self) -> int:
        """The milliseconds that the script leaves a server in trouble alone."""
        return self.page.evaluate("JSON.parse(sessionStorage.pz_unsent).due - Date.now()")

    def calm(self) -> "Shopper":
        """Waits until the script has nothing left to send again."""
        return self.when("sessionStorage.getItem('pz_unsent') === null")

    def when(self, expression: str) -> "Shopper":
        """Waits until it is so in the page; Playwright's own waiting needs an eval, which the policy forbids."""
        for _ in range(500):
            if self.page.evaluate(expression):
                return self
            time.sleep(0.02)
        raise AssertionError(f"never: {expression}")

    def until(self, ready: Callable[[], Any], *, step: int = 500, most: int = 600_000) -> int:
        """Lets time pass until it is so; gives the milliseconds that it took."""
        passed = 0
        while not ready():
            assert passed < most
            self.wait(step)
            passed += step
        return passed

    def purposes(self) -> list[str]:
        """What the script takes for agreed."""
        return self.page.evaluate("personalization.consent()")


class Quiet(WSGIRequestHandler):
    """Keeps the lines of its log to itself."""

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """A shop of bare pages, with no database, whose endpoint writes down what comes."""
    settings.ROOT_URLCONF = "tests.browser_script.pages"
    settings.MIDDLEWARE = [POLICY]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": STRICT | {"script-src": [_nonce()]}}
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
    # The pages bring a banner of three buttons; the app's own has tests of its own.
    monkeypatch.setattr(script, "BANNER", "no-such-banner.html")
    recorder.__init__()  # type: ignore[misc]
    pages.own.text = ""
    with ThreadedWSGIServer(("127.0.0.1", 0), Quiet) as serving:
        serving.set_app(StaticFilesHandler(WSGIHandler()))
        recorder.address = f"http://127.0.0.1:{serving.server_port}"
        threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield recorder
        serving.shutdown()


@pytest.fixture(scope="session")
def whole_chromium(chromium: Browser) -> Iterator[Browser]:
    """One that keeps pages in memory and makes them ahead of time, as people's do and Playwright's does not."""
    off = ["--disable-back-forward-cache", "--disable-field-trial-config"]
    started = chromium.browser_type.launch(
        executable_path=browser.chromium(), args=[*browser.ARGUMENTS, AGENT], ignore_default_args=off
    )
    yield started
    started.close()


@pytest.fixture
def come(chromium: Browser, server: Recorder) -> Iterator[Callable[..., Shopper]]:
    """Somebody comes; whatever they do, no page complains and nobody else is asked."""
    shoppers: list[Shopper] = []

    def arrive(*, script: str = "", agreed: bool = True, running: Browser = chromium, **options: Any) -> Shopper:
        size = options.pop("viewport", {"width": 1280, "height": 800})
        context = running.new_context(user_agent=browser.USER_AGENT, viewport=size, **options)
        context.clock.install(time=START)
        context.add_init_script(LISTEN + script)
        page = context.new_page()
        page.set_default_timeout(20_000)
        shopper = Shopper(page, context, server.address)
        page.clock.pause_at(START + timedelta(hours=1))
        page.on("console", lambda told: shopper.complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: shopper.complaints.append(str(error)))
        context.on("request", lambda request: shopper.asked.append(request.url))
        shoppers.append(shopper)
        return shopper.remember() if agreed else shopper

    yield arrive
    for shopper in shoppers:
        shopper.context.close()
        # A message that was refused is a line in the console whatever a script does.
        assert [one for one in shopper.complaints if not one.startswith("Failed to load resource")] == []
        assert [one for one in shopper.asked if not one.startswith((server.address, "data:"))] == []


def _nonce() -> Any:
    from csp.constants import NONCE

    return NONCE
