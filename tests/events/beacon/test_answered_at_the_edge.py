"""The middleware answers what browsers report by itself, wherever the shop hung our addresses and it stands."""

import pytest
from django.test import Client
from django.urls import include, path

from personalization.checks import AUTHENTICATION, MIDDLEWARE
from personalization.events.models import Event
from tests.events.beacon.conftest import CHROME, counted, event, post, send

urlpatterns = [path("somewhere/else/", include("personalization.urls"))]
LOCALE = "django.middleware.locale.LocaleMiddleware"


def refuse(get_response):
    """A middleware that lets nobody through."""
    return lambda request: pytest.fail("the message went further than it need")


def tell_region(request):
    """A shop's callable that looks at the account."""
    return f"{request.user}'s"


@pytest.fixture
def at_the_top(settings):
    """As early as it may stand: nothing below it is asked."""
    settings.MIDDLEWARE = [MIDDLEWARE, f"{__name__}.refuse"]


def test_what_stands_below_it_is_not_asked(db, browser, at_the_top):
    assert send(browser, event(), event()).status_code == 204
    assert counted() == {"received": 2, "stored": 2}
    assert Event.objects.get(kind="visit_started").visitor_id is not None


def test_a_refusal_is_an_answer_too(db, browser, at_the_top):
    assert post(browser, b"{").status_code == 400
    assert send(browser, event(), Origin="https://evil.example").status_code == 403
    assert counted() == {"received": 2, "unreadable": 1, "foreign": 1}


def test_wherever_the_addresses_hang(db, browser, settings, at_the_top):
    settings.ROOT_URLCONF = __name__
    answer = browser.post("/somewhere/else/events/", b"{", content_type="text/plain")
    assert (answer.status_code, counted()) == (400, {"received": 1, "unreadable": 1})


def test_another_page_of_the_shop_is_the_shop_s(db, settings, browser):
    settings.MIDDLEWARE = [MIDDLEWARE]
    settings.ROOT_URLCONF = __name__
    assert send(browser, event()).status_code == 404
    assert browser.get("/personalization/events/").status_code == 404
    assert counted() == {}


def test_switched_off_nobody_answers(db, settings, browser):
    settings.PERSONALIZATION_ENABLED = False
    settings.MIDDLEWARE = [MIDDLEWARE]
    assert send(browser, event()).status_code == 404


def test_a_shop_s_callable_finds_the_account_that_it_looks_for(db, browser, settings):
    settings.PERSONALIZATION_REGION = f"{__name__}.tell_region"
    settings.MIDDLEWARE = [MIDDLEWARE, *(one for one in settings.MIDDLEWARE if one != MIDDLEWARE)]
    assert settings.MIDDLEWARE.index(MIDDLEWARE) < settings.MIDDLEWARE.index(AUTHENTICATION)
    assert send(browser, event()).status_code == 204
    assert Event.objects.get(kind="visit_started").payload["region"] == "AnonymousUser's"


@pytest.mark.parametrize("is_early", [True, False], ids=["before LocaleMiddleware", "after it"])
def test_a_visit_knows_its_language(db, settings, is_early):
    others = [one for one in settings.MIDDLEWARE if one != MIDDLEWARE]
    settings.MIDDLEWARE = [MIDDLEWARE, *others] if is_early else [*others, MIDDLEWARE]
    send(Client(headers={"User-Agent": CHROME, "Accept-Language": "uk"}), event())
    assert Event.objects.get(kind="visit_started").payload["language"] == "uk"
