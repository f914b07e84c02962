"""Who may look at customers, and that each look is kept."""

import uuid
from datetime import timedelta
from typing import Any

import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from personalization.events.erase import erase
from personalization.events.models import Visitor
from personalization.events.personal import whole_account
from personalization.insight.people.looks import forget_looks
from personalization.insight.people.models import CustomerLook
from tests.insight.people.conftest import FINDER, page_of, staff
from tests.people import NOW

LOOKS = "admin:personalization_customerlook_changelist"


class TestWhoMay:
    def test_a_stranger_is_sent_to_the_login(self, client: Client, regular: Any) -> None:
        for address in (reverse(FINDER), page_of(regular), reverse(LOOKS)):
            assert "/login/" in client.get(address)["Location"]

    def test_staff_without_the_right_is_refused(self, clerk: Client, regular: Any) -> None:
        assert clerk.get(reverse(FINDER)).status_code == 403
        assert clerk.post(reverse(FINDER), {"words": "anna"}).status_code == 403
        assert clerk.get(page_of(regular)).status_code == 403
        assert clerk.get(reverse(LOOKS)).status_code == 403
        assert not CustomerLook.objects.exists()

    def test_profiles_and_accounts_together_are_enough_and_one_of_them_is_not(self, regular: Any) -> None:
        assert staff("both", "view_profile", "view_user").get(page_of(regular)).status_code == 200
        assert staff("one", "view_profile").get(page_of(regular)).status_code == 403
        assert staff("other", "view_user").get(page_of(regular)).status_code == 403

    def test_who_it_is_is_for_those_who_may_see_accounts(self, analyst: Client, regular: Any) -> None:
        page = analyst.get(page_of(regular)).content.decode()
        assert "anna" not in page.lower().replace("pz-", "")
        assert f"Customer no. {regular.pk}" in page

    def test_the_finder_is_sent_with_a_token_only(self, seller: Client) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = seller.cookies
        assert strict.post(reverse(FINDER), {"words": "anna"}).status_code == 403

    def test_nobody_has_no_page(self, seller: Client) -> None:
        for number in (uuid.uuid4(), uuid.UUID(int=99_999_999), uuid.UUID(int=(1 << 64) - 1), uuid.UUID(int=0)):
            assert seller.get(reverse("admin:personalization_customer_page", args=[number])).status_code == 404
        assert not CustomerLook.objects.exists()

    def test_no_cache_keeps_it(self, seller: Client, regular: Any) -> None:
        assert "no-store" in seller.get(page_of(regular))["Cache-Control"]


class TestEachLookIsKept:
    def test_with_who_looked_at_whom(self, seller: Client, regular: Any) -> None:
        seller.get(page_of(regular))
        seller.get(page_of(regular))
        reader = get_user_model().objects.get(username="selma")
        looks = CustomerLook.objects.values_list("reader_id", "user_id", "looked_at")
        assert list(looks) == [(reader.pk, regular.pk, NOW)] * 2

    def test_leafing_goes_on_with_the_look_but_not_for_ever(self, seller: Client, regular: Any) -> None:
        seller.get(page_of(regular), {"kind": "orders"})
        seller.get(page_of(regular), {"kind": "views"})
        assert CustomerLook.objects.count() == 1
        with time_machine.travel(NOW + timedelta(hours=2), tick=False):
            seller.get(page_of(regular), {"kind": "views"})
        assert CustomerLook.objects.count() == 2

    def test_leafing_of_another_reader_is_a_look_of_its_own(
        self, seller: Client, analyst: Client, regular: Any
    ) -> None:
        seller.get(page_of(regular))
        analyst.get(page_of(regular), {"kind": "orders"})
        assert CustomerLook.objects.values("reader_id").distinct().count() == 2

    def test_the_list_names_both_to_those_who_may_know(self, owner: Client, seller: Client, regular: Any) -> None:
        seller.get(page_of(regular))
        page = owner.get(reverse(LOOKS)).content.decode()
        assert "selma@example.com" in page
        assert "anna@example.com" in page
        unnamed = staff("ulf", "view_customerlook").get(reverse(LOOKS)).content.decode()
        assert "example.com" not in unnamed.split('id="result_list"')[1]
        assert page_of(regular) in unnamed

    def test_the_list_is_searched_by_email_with_the_same_right(
        self, owner: Client, seller: Client, regular: Any
    ) -> None:
        seller.get(page_of(regular))
        asked = {"q": "anna@example.com"}
        assert "1 look at a customer" in owner.get(reverse(LOOKS), asked).content.decode()
        assert "0 looks" in staff("ulf", "view_customerlook").get(reverse(LOOKS), asked).content.decode()
        assert "0 looks" in owner.get(reverse(LOOKS), {"q": "zoe"}).content.decode()

    def test_an_erasure_takes_the_customer_out_of_the_line(self, owner: Client, regular: Any) -> None:
        owner.get(page_of(regular))
        erase(whole_account(regular.pk), asked_by="test", now=NOW)
        assert list(CustomerLook.objects.values_list("user_id", "visitor_id")) == [(None, None)]
        assert "somebody who was erased" in owner.get(reverse(LOOKS)).content.decode()

    def test_a_year_later_the_line_is_gone(self, seller: Client, regular: Any) -> None:
        seller.get(page_of(regular))
        assert forget_looks(NOW + timedelta(days=364))["looks"] == 0
        assert forget_looks(NOW + timedelta(days=366))["looks"] == 1

    def test_a_forgotten_stranger_is_forgotten_here_too(self, seller: Client, stranger_browser: Visitor) -> None:
        seller.get(page_of(stranger_browser))
        assert forget_looks(NOW)["nameless_looks"] == 0
        stranger_browser.delete()
        assert forget_looks(NOW)["nameless_looks"] == 1
        assert CustomerLook.objects.get().visitor_id is None
