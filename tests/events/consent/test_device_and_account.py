"""Browser and account may have answered apart: at login the newer answer counts for both, whoever asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from personalization.events.consent import Consent
from personalization.events.consent_words import banner_words
from personalization.events.ledger import note, note_answer
from personalization.events.models import AccountConsent, ConsentRecord, Event
from personalization.events.person import Person
from tests import people
from tests.events.consent.browsers import BOTH, answer, answered_at, browser, cookies
from tests.journeys_of_oscar import look_at

HOOKS = "tests.events.consent.hooks."


def consent_manager(request: HttpRequest) -> HttpResponse:
    """What a shop with a banner of its own does with an answer."""
    names = request.POST.getlist("agreed")
    note_answer(request, names, text="Our own words", source="our banner")
    response = HttpResponse("noted")
    response.set_cookie("manager", "+".join(names))
    return response


urlpatterns = [path("own-banner/", consent_manager), path("", include("tests.urls"))]


@pytest.fixture
def now() -> Any:
    return timezone.now().replace(microsecond=0)


def account_said(user: Any, purposes: Any, when: Any) -> None:
    consent = Consent(frozenset(purposes), is_asked=True, given_at=when)
    note(consent, person=Person(user_id=user.pk), text="words", source="page")


def agreed(user: Any) -> list[str]:
    return AccountConsent.objects.get(user_id=user.pk).purposes


def letters(client: Client) -> str:
    return client.cookies["pz_consent"].value.split(".")[0]


class TestTheBrowserAnsweredLast:
    def test_its_yes_becomes_the_account_s_in_the_words_it_was_given_to(self, open_shop, anna):
        client = browser()
        answer(client, BOTH, **{"Accept-Language": "ru"})
        people.log_in(client, anna)
        assert agreed(anna) == list(BOTH)
        line = ConsentRecord.objects.get(user_id=anna.pk)
        assert (line.source, line.text, line.language) == ("login", banner_words("ru"), "ru")

    def test_its_no_becomes_the_account_s(self, open_shop, anna, now):
        account_said(anna, BOTH, now - timedelta(days=3))
        client = browser()
        answer(client, ())
        people.log_in(client, anna)
        assert agreed(anna) == []
        assert ConsentRecord.objects.filter(user_id=anna.pk).count() == 2

    def test_it_is_taken_down_once_however_often_one_logs_in(self, open_shop, anna):
        client = browser()
        answer(client, BOTH)
        for _ in range(3):
            people.log_in(client, anna)
            client.get("/accounts/logout/")
        assert ConsentRecord.objects.filter(user_id=anna.pk).count() == 1


class TestTheAccountAnsweredLast:
    def test_its_yes_counts_in_this_browser_at_once(self, open_shop, anna, now):
        account_said(anna, BOTH, now - timedelta(days=1))
        client = browser()
        answered_at(client, (), now - timedelta(days=2))
        people.log_in(client, anna)
        assert letters(client) == "ap"
        assert Event.objects.filter(kind="logged_in", user_id=anna.pk).exists()

    def test_its_yes_counts_where_nobody_was_asked(self, open_shop, anna, now):
        account_said(anna, ["analytics"], now)
        client = browser()
        people.log_in(client, anna)
        assert letters(client) == "a"

    def test_its_no_counts_here_and_takes_the_cookies(self, open_shop, anna, now):
        account_said(anna, (), now + timedelta(minutes=1))
        client = browser()
        answer(client, BOTH)
        look_at(client, open_shop["honey"])
        people.log_in(client, anna)
        assert letters(client) == "-"
        assert cookies(client) == {"pz_consent"}
        assert not Event.objects.filter(user_id=anna.pk).exists()

    def test_to_older_words_than_those_in_force_it_counts_for_nothing(self, open_shop, anna, now, settings):
        account_said(anna, BOTH, now)
        settings.PERSONALIZATION_CONSENT_TEXT_VERSION = 2
        client = browser()
        people.log_in(client, anna)
        assert cookies(client) == set()


class TestWithASignalOfTheBrowser:
    def test_neither_answer_changes_the_other(self, open_shop, anna, now):
        account_said(anna, BOTH, now - timedelta(days=1))
        client = browser(GPC="1")
        answered_at(client, ("analytics",), now)
        people.log_in(client, anna)
        assert agreed(anna) == list(BOTH)
        assert letters(client) == "a"
        assert not Event.objects.filter(user_id=anna.pk).exists()

    def test_an_answer_in_spite_of_it_goes_to_the_account(self, open_shop, anna, now):
        account_said(anna, (), now - timedelta(days=1))
        client = browser(GPC="1")
        answer(client, BOTH)
        people.log_in(client, anna)
        assert agreed(anna) == list(BOTH)
        assert ConsentRecord.objects.filter(user_id=anna.pk).first().had_signal

    def test_a_newer_yes_of_the_account_does_not_speak_for_this_browser(self, open_shop, anna, now):
        client = browser(GPC="1")
        answered_at(client, BOTH, now - timedelta(days=1), in_spite=True)
        account_said(anna, BOTH, now)
        people.log_in(client, anna)
        assert not Event.objects.filter(user_id=anna.pk).exists()
        assert "pz_vid" not in cookies(client)


class TestWithABannerOfTheShop:
    @pytest.fixture(autouse=True)
    def _own_banner(self, settings):
        settings.PERSONALIZATION_CONSENT = HOOKS + "manager_s_cookie"
        settings.ROOT_URLCONF = "tests.events.consent.test_device_and_account"

    def test_its_answer_stands_in_the_ledger_in_its_own_words_and_needs_no_cookie_of_ours(self, open_shop, anna):
        client = browser()
        people.log_in(client, anna)
        client.post("/own-banner/", {"agreed": ["analytics", "unheard of"]})
        line = ConsentRecord.objects.get()
        assert (line.purposes, line.text, line.source) == (["analytics"], "Our own words", "our banner")
        look_at(client, open_shop["honey"])
        assert Event.objects.filter(kind="product_viewed").count() == 1
        assert "pz_consent" not in cookies(client)

    def test_its_no_counts_for_the_rest_of_the_request(self, open_shop):
        client = browser()
        client.post("/own-banner/", {"agreed": list(BOTH)})
        look_at(client, open_shop["honey"])
        client.post("/own-banner/", {})
        assert cookies(client) == set()

    def test_its_yes_does_not_outweigh_the_no_of_the_account(self, open_shop, anna, now):
        account_said(anna, (), now)
        client = browser()
        client.cookies["manager"] = "analytics+personalization"
        people.log_in(client, anna)
        look_at(client, open_shop["honey"])
        assert not Event.objects.filter(user_id=anna.pk).exists()
        assert cookies(client) == {"manager"}
        assert agreed(anna) == []

    def test_its_no_is_not_outweighed_by_the_yes_of_the_account(self, open_shop, anna, now):
        account_said(anna, BOTH, now)
        client = browser()
        client.cookies["manager"] = ""
        people.log_in(client, anna)
        look_at(client, open_shop["honey"])
        assert Event.objects.count() == 0
        assert cookies(client) <= {"manager"}
