"""Somebody says an e-mail, a name, a phone, an order or a card, and their page opens."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from oscar.core.loading import get_model

from personalization.events.models import Visitor
from personalization.insight.people.models import CustomerLook
from tests.insight.people.conftest import FINDER, page_of
from tests.people import Shop, ordered, person


def ask(client: Client, words: str) -> Any:
    return client.post(reverse(FINDER), {"words": words})


def leads_to(answer: Any, who: Any) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(page_of(who))


def live_at(user: Any, *, phone: str, name: str = "") -> None:
    get_model("address", "UserAddress").objects.create(
        user=user, phone_number=phone, first_name=name, line1="A street", line4="Berlin", country_id="DE"
    )


def cards(words: str) -> list[int]:
    """The till of the tests: one card, the newest account's."""
    from django.contrib.auth import get_user_model

    return [get_user_model().objects.get(username="boris").pk] if words == "C-77" else []


def broken(words: str) -> list[int]:
    raise ValueError(words)


class TestOneAnswer:
    @pytest.mark.parametrize(
        "words", ["anna@example.com", "ANNA@", "anna", " Anna ", "030 1234567", "+49 30 123-4567", "100000"]
    )
    def test_opens_the_page_at_once(self, seller: Client, shop: Shop, anna: Any, boris: Any, words: str) -> None:
        live_at(anna, phone="+49301234567")
        live_at(boris, phone="+49307654321")
        ordered(anna, {shop["honey"]: 1})
        assert leads_to(ask(seller, words), anna)

    def test_by_the_name_of_an_address(self, seller: Client, shop: Shop, boris: Any) -> None:
        live_at(boris, phone="+49307654321", name="Borislav")
        assert leads_to(ask(seller, "borislav"), boris)

    def test_by_the_shops_own_cards(self, seller: Client, anna: Any, boris: Any, settings: Any) -> None:
        assert ask(seller, "C-77").status_code == 200
        settings.PERSONALIZATION_FIND_CUSTOMER = f"{__name__}.cards"
        assert leads_to(ask(seller, "C-77"), boris)

    def test_by_the_id_of_a_visitor(self, analyst: Client, stranger_browser: Visitor) -> None:
        assert leads_to(ask(analyst, str(stranger_browser.pk)), stranger_browser)

    def test_a_browser_of_an_account_leads_to_the_account(
        self, seller: Client, regular: Any, annas_phone: Visitor
    ) -> None:
        assert leads_to(ask(seller, str(annas_phone.pk)), regular)


def test_several_answers_are_listed_with_what_tells_them_apart(seller: Client, anna: Any) -> None:
    person("Annabel")
    page = ask(seller, "anna").content.decode()
    assert page_of(anna) in page
    assert "annabel@example.com" in page
    assert "2 customers answer to it" in page


def test_a_list_that_is_cut_says_so(seller: Client, anna: Any) -> None:
    for number in range(20):
        person(f"Anna{number}")
    page = ask(seller, "anna").content.decode()
    assert "The first 20 who answer to it" in page
    assert page.count("by e-mail") == 20


def test_nobody_is_said_in_words(seller: Client) -> None:
    assert "Nobody answers to that" in ask(seller, "zoe@example.com").content.decode()
    assert "Nobody answers" not in ask(seller, "  ").content.decode()


@pytest.mark.parametrize("words", ["\0", "%", "_", "' OR 1=1 --", "9" * 300, "00000000", "a" * 5000])
def test_any_words_are_harmless(seller: Client, anna: Any, words: str) -> None:
    assert ask(seller, words).status_code == 200


def test_a_broken_till_does_not_keep_the_other_ways_from_finding(
    seller: Client, anna: Any, settings: Any, caplog: Any
) -> None:
    settings.PERSONALIZATION_FIND_CUSTOMER = f"{__name__}.broken"
    with caplog.at_level(logging.ERROR):
        assert leads_to(ask(seller, "anna@example.com"), anna)
    assert "PERSONALIZATION_FIND_CUSTOMER failed" in caplog.text


def test_how_they_were_found_is_kept_and_cannot_be_made_up(seller: Client, anna: Any, boris: Any) -> None:
    address = ask(seller, "anna@example.com")["Location"]
    seller.get(address)
    seller.get(address.replace(page_of(anna), page_of(boris)))
    assert list(CustomerLook.objects.values_list("user_id", "found_by")) == [(boris.pk, "link"), (anna.pk, "email")]


@pytest.mark.parametrize("words", ["anna@example.com", "anna", "030 1234567", "100000", "C-77"])
def test_whoever_may_not_see_accounts_finds_nobody_by_them(
    analyst: Client, shop: Shop, anna: Any, boris: Any, settings: Any, words: str
) -> None:
    settings.PERSONALIZATION_FIND_CUSTOMER = f"{__name__}.cards"
    live_at(anna, phone="+49301234567")
    ordered(anna, {shop["honey"]: 1})
    answer = ask(analyst, words)
    assert answer.status_code == 200
    assert "Nobody answers to that" in answer.content.decode()
