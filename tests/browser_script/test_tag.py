"""The tag: what stands in the page, for whom, and when nothing does."""

import re

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import path

from personalization.events import record
from personalization.events.consent import Consent
from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent
from personalization.storefront import script
from tests import people

pytestmark = pytest.mark.django_db
urlpatterns = [path("", lambda request: None)]


def attributes(request=None) -> dict[str, str]:
    """The attributes of the script's tag."""
    (tag,) = re.findall(r"<script ([^>]*)>", render(request))
    return {name.removeprefix("data-pz-"): value for name, value in re.findall(r'([\w-]+)(?:="([^"]*)")?', tag)}


def render(request=None) -> str:
    """The tag alone."""
    template = engines["django"].from_string("{% load personalization %}{% personalization_script %}")
    return template.render({"request": request} if request else {})


@pytest.fixture(autouse=True)
def _own_hook(settings):
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"


@pytest.fixture
def request_(rf: RequestFactory):
    """A page asked for by a browser."""
    return rf.get("/")


def test_the_script_knows_where_to_go_and_what_is_in_force(request_, settings):
    settings.PERSONALIZATION_CONSENT_TEXT_VERSION = 3
    told = attributes(request_)
    assert told["src"].endswith("personalization/personalization.js")
    assert (told["events"], told["answer"]) == ("/personalization/events/", "/personalization/consent/answer/")
    assert (told["may"], told["version"]) == ("ask", "3")
    assert "defer" in told
    assert not {"nonce", "signals", "ahead", "viewed", "purposes"} & set(told)


def test_without_a_request_it_asks_too():
    assert attributes()["may"] == "ask"


def test_a_page_with_our_own_banner_stays_everybody_s(request_, django_assert_num_queries):
    gathered = record.Gathered(consent=Consent(frozenset({"analytics"}), is_asked=True))
    token = record.gathering(gathered)
    try:
        with django_assert_num_queries(0):
            told = render(request_)
    finally:
        record.stop_gathering(token)
    assert not gathered.is_personal
    assert not hasattr(request_, "_cache_update_cache")
    assert "analytics" not in told.partition("<script")[2]
    assert "csrfmiddlewaretoken" not in told


@pytest.mark.parametrize(("given", "may"), [({"analytics", "email"}, "yes"), ({"email"}, "no"), (set(), "no")])
def test_where_the_shop_asks_by_itself_the_page_says_the_answer_and_is_private(request_, settings, given, may):
    settings.PERSONALIZATION_CONSENT = "tests.browser_script.pages.agreed_elsewhere"
    gathered = record.Gathered(consent=Consent(frozenset(given), is_asked=True))
    token = record.gathering(gathered)
    try:
        told = attributes(request_)
    finally:
        record.stop_gathering(token)
    assert told["may"] == may
    assert told.get("purposes", "") == " ".join(sorted(given))
    assert gathered.is_personal
    assert request_._cache_update_cache is False
    assert "data-pz-consent" not in render(request_)


def test_and_is_asked_itself_where_nobody_has_yet(request_, settings):
    settings.PERSONALIZATION_CONSENT = "tests.browser_script.pages.agreed_elsewhere"
    assert attributes(request_)["may"] == "yes"
    assert attributes()["may"] == "no", "nobody to ask: nobody has agreed"


def test_the_nonce_of_django_csp_is_given_although_it_is_false_until_read(request_):
    from csp.middleware import CSPMiddleware

    CSPMiddleware(lambda request: None).process_request(request_)
    assert not request_.csp_nonce
    assert attributes(request_)["nonce"] == str(request_.csp_nonce) != ""


def test_a_shop_that_heeds_no_signals_says_so(request_, settings):
    settings.PERSONALIZATION_OBEY_PRIVACY_SIGNALS = False
    assert attributes(request_)["signals"] == "ignored"


def test_a_page_fetched_ahead_says_so_and_what_it_is_about(rf):
    request = rf.get("/", headers={"Sec-Purpose": "prefetch;prerender"})
    event = NewEvent(event_id(people.NOW), "product_viewed", people.NOW, product_id=12)
    token = record.gathering(record.Gathered(events=[event], is_looked_at=False))
    try:
        told = attributes(request)
    finally:
        record.stop_gathering(token)
    assert "ahead" in told
    assert told["viewed"] == "12"


def test_switched_off_there_is_nothing(request_, settings, django_assert_num_queries):
    settings.PERSONALIZATION_ENABLED = False
    with django_assert_num_queries(0):
        assert render(request_) == ""


def test_nor_where_the_app_has_no_addresses(request_, settings, caplog):
    settings.ROOT_URLCONF = __name__
    assert render(request_) == ""
    assert caplog.records == []


def test_a_failure_is_logged_once_and_leaves_no_trace_in_the_page(request_, settings, caplog):
    settings.PERSONALIZATION_CONSENT = "tests.browser_script.test_tag.broken"
    assert render(request_) == ""
    assert len(caplog.records) == 1


def test_the_banner_stands_before_it(request_):
    told = render(request_)
    assert told.index("data-pz-consent") < told.index("<script")
    assert f'data-pz-answer="{attributes(request_)["answer"]}"' in told


def test_a_shop_without_that_template_has_no_banner(request_, monkeypatch, caplog):
    monkeypatch.setattr(script, "BANNER", "no-such-banner.html")
    assert render(request_).strip().startswith("<script")
    assert caplog.records == []


def broken(request):
    """A callable of the shop that fails."""
    raise ZeroDivisionError
