"""The banner's answer and the page of settings: what is taken down, what the browser keeps, what is refused."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from personalization.events.consent_words import banner_words, page_words
from personalization.events.models import AccountConsent, ConsentRecord, Event, Visitor
from tests import people
from tests.events.consent.browsers import ANSWER, BOTH, CHROME, PAGE, answer, browser, cookies
from tests.journeys_of_oscar import look_at

OURS = {"X-Requested-With": "XMLHttpRequest"}


def test_a_yes_is_taken_down_with_the_words_shown_and_under_the_id_it_makes(open_shop):
    client = browser()
    with time_machine.travel(people.NOW, tick=False):
        assert answer(client, BOTH).status_code == 204
    line = ConsentRecord.objects.get()
    assert (line.given_at, line.purposes, line.source) == (people.NOW, list(BOTH), "banner")
    assert (line.text, line.text_version, line.language) == (banner_words(), 1, "en")
    assert cookies(client) == {"pz_consent", "pz_vid"}
    look_at(client, open_shop["honey"])
    assert Visitor.objects.get().pk == line.visitor_id
    assert "product_viewed" in Event.objects.values_list("kind", flat=True)


def test_the_words_are_those_of_the_reader_s_language(open_shop):
    answer(browser(), BOTH, **{"Accept-Language": "ru"})
    line = ConsentRecord.objects.get()
    assert (line.language, line.text) == ("ru", banner_words("ru"))


def test_a_stranger_s_no_leaves_nothing_but_the_answer_itself(open_shop):
    client = browser()
    assert answer(client, ()).status_code == 204
    assert cookies(client) == {"pz_consent"}
    assert client.cookies["pz_consent"].value.startswith("-.1.")
    assert ConsentRecord.objects.count() == Visitor.objects.count() == 0


def test_withdrawing_takes_the_cookies_with_the_very_answer_and_stands_in_the_ledger(open_shop):
    client = browser()
    answer(client, BOTH)
    look_at(client, open_shop["honey"])
    assert {"pz_vid", "pz_visit"} <= cookies(client)
    answer(client, ())
    assert cookies(client) == {"pz_consent"}
    known = Event.objects.count()
    look_at(client, open_shop["butter"])
    assert Event.objects.count() == known
    yes, no = ConsentRecord.objects.order_by("pk")
    assert (no.visitor_id, no.purposes) == (yes.visitor_id, [])


def test_somebody_signed_in_answers_for_their_account(open_shop, anna):
    client = browser()
    people.log_in(client, anna)
    answer(client, ["analytics"])
    assert AccountConsent.objects.get().user_id == anna.pk
    assert ConsentRecord.objects.get().user_id == anna.pk


def test_the_banner_takes_back_nothing_that_it_did_not_ask_about(open_shop, anna):
    client = browser()
    people.log_in(client, anna)
    client.post(PAGE, {"purpose": ["analytics", "email", "push"]})
    answer(client, ["personalization"])
    assert set(AccountConsent.objects.get().purposes) == {"personalization", "email", "push"}


def test_agreeing_in_spite_of_the_browser_s_signal_counts_until_the_words_change(open_shop, settings):
    client = browser(GPC="1")
    answer(client, BOTH)
    assert ConsentRecord.objects.get().had_signal
    look_at(client, open_shop["honey"])
    assert Event.objects.filter(kind="product_viewed").count() == 1
    settings.PERSONALIZATION_CONSENT_TEXT_VERSION = 2
    look_at(client, open_shop["butter"])
    assert Event.objects.filter(kind="product_viewed").count() == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "headers", [{}, OURS | {"Origin": "https://elsewhere.example"}, OURS | {"Sec-Fetch-Site": "cross-site"}]
    )
    def test_what_another_site_could_send(self, db, headers):
        client = Client(headers={"User-Agent": CHROME}, enforce_csrf_checks=True)
        sent = client.post(ANSWER, json.dumps({"purposes": BOTH}), "application/json", headers=headers)
        assert sent.status_code == 403
        assert cookies(client) == set()

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"\x00", b"\xff\xfe", b"null", b"[]", b"{}", b'{"purposes": "analytics"}', b'{"purposes": {"a": 1}}',
            b"[" * 4000, b'{"purposes":' * 300, b"9" * 4096, b'{"purposes": ["analytics"]}' + b" " * 4096,
        ],
    )  # fmt: skip
    def test_what_cannot_be_read(self, db, body):
        client = browser()
        assert client.post(ANSWER, body, "application/json", headers=OURS).status_code == 400
        assert cookies(client) == set()

    @pytest.mark.parametrize("name", ["world domination", "\ud800", "\0", "a" * 3000, None, 7, [], {}])
    def test_names_that_are_no_purposes_are_passed_over(self, db, name):
        client = browser()
        sent = json.dumps({"purposes": [name, "analytics"]})
        assert client.post(ANSWER, sent, "application/json", headers=OURS).status_code == 204
        assert ConsentRecord.objects.get().purposes == ["analytics"]

    def test_a_length_that_is_a_lie(self, db):
        client = browser()
        for length in ("-1", "x", ""):
            sent = client.post(ANSWER, b"{}", "application/json", headers=OURS, CONTENT_LENGTH=length)
            assert sent.status_code == 400

    def test_looking_at_the_door(self, db):
        assert browser().get(ANSWER, headers=OURS).status_code == 405

    def test_everything_when_the_app_is_off(self, db, settings):
        settings.PERSONALIZATION_ENABLED = False
        client = browser()
        assert answer(client, BOTH).status_code == client.get(PAGE).status_code == 404
        assert cookies(client) == set()

    def test_a_token_that_is_missing_on_the_page(self, db):
        client = Client(headers={"User-Agent": CHROME}, enforce_csrf_checks=True)
        assert client.post(PAGE, {"purpose": BOTH}).status_code == 403


class TestWhenTheLedgerIsOutOfReach:
    @pytest.fixture(autouse=True)
    def _out_of_reach(self, transactional_db, monkeypatch, caplog):
        monkeypatch.setattr(ConsentRecord, "objects", None)

    def test_a_yes_that_could_not_be_proved_is_none(self):
        client = browser()
        refused = answer(client, BOTH)
        assert (refused.status_code, refused["Retry-After"]) == (503, "30")
        assert "pz_consent" not in cookies(client)

    def test_a_no_is_obeyed_all_the_same(self, anna):
        client = browser()
        client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
        assert answer(client, ()).status_code == 503
        assert client.cookies["pz_consent"].value.startswith("-.")

    def test_the_page_opens_all_the_same_and_says_what_was_not_saved(self):
        client = browser()
        page = client.post(PAGE, {"purpose": BOTH}, follow=True)
        assert page.status_code == 200
        assert "That could not be saved" in page.content.decode()
        assert cookies(client) == set()


class TestThePage:
    def test_begins_with_nothing_ticked(self, open_shop):
        page = browser().get(PAGE).content.decode()
        assert 'value="analytics"' in page
        assert " checked" not in page
        assert "You have not answered yet" in page
        assert "Withdraw everything" not in page

    def test_saves_thanks_and_tells_since_when_and_in_which_words(self, open_shop, anna):
        client = browser()
        people.log_in(client, anna)
        with time_machine.travel(people.NOW, tick=False):
            client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
            saved = client.post(PAGE, {"purpose": ["analytics", "email", "nonsense"]}, follow=True)
        page = saved.content.decode()
        assert saved.redirect_chain == [(PAGE, 302)]
        assert "Thank you, that is noted." in page
        assert "March 10, 2026" in page
        assert page.count(" checked") == 2
        line = ConsentRecord.objects.get()
        assert line.purposes == ["analytics", "email"]
        assert line.text == page_words({"analytics", "personalization", "email", "sms", "push"})
        assert "<blockquote" in page

    def test_withdraws_everything(self, open_shop, anna):
        client = browser()
        people.log_in(client, anna)
        client.post(PAGE, {"purpose": ["analytics", "email"]})
        page = client.post(PAGE, {"purpose": ["analytics", "email"], "withdraw": "1"}, follow=True).content.decode()
        assert AccountConsent.objects.get().purposes == []
        assert cookies(client) == {"pz_consent"}
        assert "From now on nothing is remembered" in page

    def test_asks_a_stranger_only_about_what_it_can_keep(self, open_shop):
        client = browser()
        client.post(PAGE, {"purpose": ["analytics", "email"]})
        assert ConsentRecord.objects.get().purposes == ["analytics"]
        assert 'value="email"' not in client.get(PAGE).content.decode()

    def test_says_that_the_browser_said_no(self, open_shop):
        client = browser(DNT="1")
        assert "this shop obeys" in client.get(PAGE).content.decode()
        client.post(PAGE, {"purpose": BOTH})
        assert "your own answer counts" in client.get(PAGE).content.decode()

    def test_is_kept_by_no_cache(self, open_shop):
        assert "no-store" in browser().get(PAGE)["Cache-Control"]

    def test_says_that_the_shop_asks_by_itself(self, open_shop, settings):
        settings.PERSONALIZATION_CONSENT = "tests.events.consent.hooks.nothing_yet"
        client = browser()
        page = client.get(PAGE).content.decode()
        assert "a notice of its own" in page
        assert 'type="checkbox"' not in page
        client.post(PAGE, {"purpose": BOTH})
        assert cookies(client) == set()

    def test_lets_people_say_no_where_everybody_agrees_until_then(self, open_shop, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.signal_or_yes"
        client = browser()
        assert client.get(PAGE).content.decode().count(" checked") == 2
        client.post(PAGE, {"withdraw": "1"})
        before = Event.objects.count()
        look_at(client, open_shop["honey"])
        assert Event.objects.count() == before
        assert cookies(client) == {"pz_consent"}


def test_an_answer_is_forgotten_in_time(open_shop, settings):
    response = answer(browser(), BOTH)
    assert response.cookies["pz_consent"]["max-age"] == timedelta(days=180).total_seconds()
