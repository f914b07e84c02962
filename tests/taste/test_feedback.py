"""What a shopper says about a card is obeyed by the very next block."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from personalization.events.models import Event
from personalization.people import tell
from personalization.people.models import Preference
from tests import people
from tests.journeys_of_oscar import look_at

ALL_CARDS = "/best-sellers/"


def shown(client: Client, shop, page: str = ALL_CARDS) -> set[str]:
    html = client.get(page).content.decode()
    return set(shop.titles(int(one) for one in re.findall(r'data-pz-product="(\d+)"', html)))


@pytest.fixture
def stranger(full_shop, client) -> Client:
    """Somebody who has looked at honey, and so may be known again."""
    look_at(client, full_shop["honey"])
    return client


@pytest.fixture
def anna_s(full_shop, anna, client) -> Client:
    people.log_in(client, anna)
    return client


class TestTheNextBlockObeys:
    @pytest.mark.parametrize("what", ["not_interested", "owned"])
    def test_of_a_stranger(self, full_shop, stranger, say, what):
        assert "oat milk" in shown(stranger, full_shop)
        say(stranger, what, full_shop["oat milk"])
        assert "oat milk" not in shown(stranger, full_shop)

    @pytest.mark.parametrize("what", ["not_interested", "owned"])
    def test_of_an_account_on_all_its_devices(self, full_shop, anna_s, anna, say, what):
        say(anna_s, what, full_shop["oat milk"])
        phone = Client()
        people.log_in(phone, anna)
        assert "oat milk" not in shown(anna_s, full_shop)
        assert "oat milk" not in shown(phone, full_shop)

    def test_and_nobody_else_s(self, full_shop, stranger, say, boris):
        say(stranger, "not_interested", full_shop["oat milk"])
        other = Client()
        people.log_in(other, boris)
        assert "oat milk" in shown(other, full_shop)

    def test_undone_it_is_shown_again(self, full_shop, stranger, say):
        say(stranger, "not_interested", full_shop["oat milk"])
        say(stranger, "undo", full_shop["oat milk"])
        assert "oat milk" in shown(stranger, full_shop)

    def test_what_a_stranger_said_follows_into_the_account(self, full_shop, stranger, say, anna):
        say(stranger, "not_interested", full_shop["oat milk"])
        people.log_in(stranger, anna)
        assert "oat milk" not in shown(stranger, full_shop)
        phone = Client()
        people.log_in(phone, anna)
        assert "oat milk" not in shown(phone, full_shop)

    def test_what_was_looked_at_for_somebody_else_is_not_shown_as_looked_at(self, full_shop, stranger, say):
        assert "honey" in shown(stranger, full_shop, "/uncached/")
        say(stranger, "gift", full_shop["honey"])
        assert "honey" not in shown(stranger, full_shop, "/uncached/")

    def test_a_look_that_is_forgotten_is_gone_from_the_log(self, full_shop, stranger, say):
        say(stranger, "forget", full_shop["honey"])
        assert not Event.objects.filter(kind="product_viewed").exists()

    def test_a_look_that_is_forgotten_is_gone_from_the_shop_s_own_cookie_too(self, full_shop, stranger, say):
        assert "honey" in shown(stranger, full_shop, "/uncached/")
        for script in (True, False):
            look_at(stranger, full_shop["honey"])
            look_at(stranger, full_shop["muesli"])
            say(stranger, "forget", full_shop["honey"], script=script)
            assert json.loads(stranger.cookies["oscar_history"].value) == full_shop.ids("muesli")
            assert "honey" not in shown(stranger, full_shop, "/uncached/")


class TestTheAnswer:
    def test_without_a_script_it_leads_back(self, full_shop, stranger, say):
        answer = say(stranger, "not_interested", full_shop["oat milk"])
        assert (answer.status_code, answer["Location"]) == (302, "/plain/")

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", ""]
    )
    def test_it_never_leads_to_another_site(self, full_shop, stranger, say, elsewhere):
        answer = say(stranger, "gift", full_shop["oat milk"], next=elsewhere)
        assert answer["Location"] == "/personalization/taste/"

    def test_a_script_gets_a_sentence_and_the_word_for_undo(self, full_shop, stranger, say):
        answer = say(stranger, "not_interested", full_shop["oat milk"], script=True)
        assert answer.json() == {
            "told": "You will not be shown this again: oat milk.", "undo": "Undo", "back": "undo",
        }  # fmt: skip

    def test_said_twice_it_is_kept_once_and_the_last_word_counts(self, full_shop, stranger, say):
        for what in ("owned", "owned", "not_interested"):
            assert say(stranger, what, full_shop["oat milk"]).status_code == 302
        assert [one.what for one in Preference.objects.all()] == ["not_interested"]

    def test_of_a_product_that_there_is_not(self, full_shop, stranger, say):
        assert say(stranger, "owned", 999_999).status_code == 404

    @pytest.mark.parametrize(
        ("what", "product"),
        [("hello", "1"), ("owned", "x"), ("owned", "9" * 40), ("", ""), ("owned", "-1"), ("owned", "²")],
    )
    def test_nonsense_is_refused_in_words(self, full_shop, stranger, say, what, product):
        answer = say(stranger, what, product, script=True)
        assert answer.status_code == 400
        assert answer.json()["told"]

    def test_more_than_a_hand_can_press_has_to_wait(self, full_shop, anna_s, anna, say):
        Preference.objects.bulk_create(
            Preference(user_id=anna.pk, what="owned", subject_id=one, told_at=timezone.now())
            for one in range(tell.ANSWERS_A_MINUTE)
        )
        answer = say(anna_s, "owned", full_shop["oat milk"])
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")


class TestWhoMaySpeak:
    def test_nobody_without_consent(self, full_shop, client, say, settings):
        settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
        answer = say(client, "owned", full_shop["oat milk"], script=True)
        assert answer.status_code == 403
        assert answer.json()["told"] == "Your answer was not kept, because you have not agreed to be remembered."
        assert not Preference.objects.exists()
        assert "pz_vid" not in client.cookies

    def test_nobody_whose_browser_says_no(self, full_shop, say):
        assert say(Client(headers={"Sec-GPC": "1"}), "owned", full_shop["oat milk"]).status_code == 403

    def test_not_another_site_on_somebody_s_behalf(self, full_shop, anna, say):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(anna)
        assert say(strict, "owned", full_shop["oat milk"]).status_code == 403
        assert not Preference.objects.exists()

    def test_nobody_by_a_link(self, full_shop, anna_s):
        assert anna_s.get("/personalization/taste/feedback/?what=owned&product=1").status_code == 405

    def test_a_failure_is_an_apology(self, full_shop, anna_s, say, monkeypatch):
        monkeypatch.setattr(tell.Preference.objects, "bulk_create", None)
        answer = say(anna_s, "owned", full_shop["oat milk"], script=True)
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")


class TestTheMenu:
    def test_it_stands_on_the_cards_of_those_who_may_be_known(self, full_shop, stranger):
        html = stranger.get(ALL_CARDS).content.decode()
        assert html.count("data-pz-feedback") == html.count("<article") > 0

    def test_and_on_nobody_else_s(self, full_shop):
        html = Client(headers={"Sec-GPC": "1"}).get(ALL_CARDS).content.decode()
        assert "<article" in html
        assert "data-pz-feedback" not in html

    def test_it_says_why(self, full_shop, stranger):
        html = stranger.get("/three-for-me/").content.decode()
        assert re.search(r'pz-menu__why"><strong>Why this\?</strong> Because you looked at honey\.', html)

    def test_a_shop_without_our_addresses_has_cards_all_the_same(self, full_shop, stranger, settings):
        settings.ROOT_URLCONF = "tests.taste.without_addresses"
        html = stranger.get("/best-sellers/").content.decode()
        assert "<article" in html
        assert "data-pz-feedback" not in html
