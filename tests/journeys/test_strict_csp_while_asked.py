"""Promise 19 where people are asked first: the banner, closed, open and clicked, needs nothing more either."""

from typing import Any

import pytest

from tests import browser, people

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
BANNER = "#pz-consent"
PAGES = ("/", "/catalogue/", "/search/?q=milk", "/basket/", "/accounts/login/", "/no-such-page/")


@pytest.fixture(autouse=True)
def _opt_in(settings: Any) -> None:
    del settings.PERSONALIZATION_CONSENT


@pytest.fixture
def watched(chromium: Any, open_shop: people.Shop, live_server: Any) -> Any:
    """A new browser, and what it refused."""
    context = chromium.new_context(base_url=live_server.url, user_agent=browser.USER_AGENT, locale="en-US")
    page, refused = context.new_page(), []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    yield page, refused
    context.close()


def test_the_question_keeps_to_it_on_every_page(watched: Any) -> None:
    page, refused = watched
    for address in PAGES:
        answer = page.goto(address, wait_until="load")
        assert "default-src 'self'" in answer.headers["content-security-policy"], address
        page.wait_for_selector(BANNER, state="visible")
        assert refused == [], address


@pytest.mark.parametrize("said", ["analytics personalization", "", "chosen"], ids=["all", "nothing", "some"])
def test_an_answer_to_it_keeps_to_it(watched: Any, said: str) -> None:
    page, refused = watched
    page.goto("/")
    page.wait_for_selector(BANNER, state="visible")
    if said == "chosen":
        page.click(f"{BANNER} summary")
        page.locator(f"{BANNER} [data-pz-purpose]").first.check()
    page.click(f"{BANNER} [data-pz-agree='{said}']")
    page.wait_for_selector(BANNER, state="hidden")
    for address in PAGES:
        page.goto(address, wait_until="load")
        page.wait_for_timeout(50)
        assert refused == [], address
    assert "pz_consent" in {one["name"] for one in page.context.cookies()}


def test_the_watch_sees_what_is_refused(watched: Any) -> None:
    page, refused = watched
    page.goto("/")
    with page.expect_console_message(lambda message: "Security Policy" in message.text):
        # A browser looks at a handler's text no sooner than it is to be carried out.
        page.evaluate(
            "() => { const it = document.querySelector('#pz-consent'); it.setAttribute('onclick', '1'); it.click() }"
        )
    assert len(refused) == 1
