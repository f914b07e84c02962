"""The ledger of consent in the admin: read, filtered, found by e-mail, and taken along; never written."""

import csv
import io
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.consent import Consent
from personalization.events.ledger import note
from personalization.events.models import AccountConsent, ConsentRecord, Erasure
from personalization.events.person import Person
from tests.admin.stories import address
from tests.people import NOW, person

LEDGER = "consentrecord"
WORDS = "May we?\n=SUM(1;2)"


@pytest.fixture
def answers(anna: Any, boris: Any) -> None:
    """Anna agreed and withdrew, Boris agreed to e-mails, a stranger to be counted."""
    for who, purposes in (
        (Person(user_id=anna.pk), {"analytics", "personalization"}),
        (Person(user_id=boris.pk), {"email"}),
        (Person(visitor_id=uuid.UUID(int=7)), {"analytics"}),
        (Person(user_id=anna.pk), set()),
    ):
        note(Consent(frozenset(purposes), is_asked=True, given_at=NOW), person=who, text=WORDS, source="banner")


def rows(client: Client, **query: Any) -> list[ConsentRecord]:
    return list(client.get(address(LEDGER), query).context["cl"].result_list)


@pytest.mark.parametrize("model", [LEDGER, "accountconsent", "erasure"])
def test_its_pages_open_in_an_empty_shop_and_say_what_they_are(owner: Client, model: str) -> None:
    page = owner.get(address(model)).content.decode()
    assert "Nobody has" in page


def test_a_line_tells_who_when_to_what_and_in_which_words(owner: Client, answers: None) -> None:
    page = owner.get(address(LEDGER)).content.decode()
    assert all(told in page for told in ("anna@example.com", "browser 00000000", "10 Mar 2026, 12:00", "banner"))
    assert "Nobody has" not in page
    boris = ConsentRecord.objects.get(purposes=["email"])
    line = owner.get(address(LEDGER, "change", boris.pk)).content.decode()
    assert "=SUM(1;2)" in line
    assert "boris@example.com" in line


def test_it_is_filtered_by_purpose_and_by_withdrawal(owner: Client, answers: None, anna: Any) -> None:
    assert {one.user_id for one in rows(owner, purpose="analytics")} == {anna.pk, None}
    assert [one.purposes for one in rows(owner, purpose="none")] == [[]]
    assert len(rows(owner, period="month")) == 4
    ConsentRecord.objects.update(given_at=NOW.replace(year=2025))
    assert rows(owner, period="month") == []


def test_it_is_searched_by_the_exact_e_mail(owner: Client, answers: None, anna: Any) -> None:
    assert {one.user_id for one in rows(owner, q="Anna@example.com")} == {anna.pk}
    assert rows(owner, q="anna") == []


def test_who_may_not_see_accounts_sees_no_e_mail_anywhere(reader: Client, answers: None, anna: Any) -> None:
    line = ConsentRecord.objects.filter(user_id=anna.pk).first()
    for page in (address(LEDGER), address("accountconsent"), address(LEDGER, "change", line.pk)):
        told = reader.get(page).content.decode()
        assert "example.com" not in told
        assert f"account {anna.pk}" in told
    assert rows(reader, q="anna@example.com") == []
    assert "example.com" not in taken_along(reader)


def taken_along(client: Client) -> str:
    keys = list(ConsentRecord.objects.values_list("pk", flat=True))
    answer = client.post(address(LEDGER), {"action": "take_along", "_selected_action": keys})
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode()


def test_it_can_be_taken_along_as_csv(owner: Client, answers: None) -> None:
    lines = list(csv.DictReader(io.StringIO(taken_along(owner))))
    assert [(one["email"], one["analytics_agreed"], one["email_agreed"]) for one in lines] == [
        ("anna@example.com", "0", "0"),
        ("", "1", "0"),
        ("boris@example.com", "0", "1"),
        ("anna@example.com", "1", "0"),
    ]
    assert {one["words"] for one in lines} == {WORDS}


def test_no_cell_is_a_formula(owner: Client, answers: None) -> None:
    ConsentRecord.objects.update(text="=1+1")
    assert {one["words"] for one in csv.DictReader(io.StringIO(taken_along(owner)))} == {"'=1+1"}


def test_nothing_of_it_can_be_written(owner: Client, answers: None) -> None:
    before = list(ConsentRecord.objects.values_list())
    line = ConsentRecord.objects.first()
    assert line is not None
    assert owner.get(address(LEDGER, "add")).status_code == 403
    assert owner.post(address(LEDGER, "change", line.pk), {"text": "other"}).status_code == 403
    assert owner.post(address(LEDGER, "delete", line.pk), {"post": "yes"}).status_code == 403
    owner.post(address(LEDGER), {"action": "delete_selected", "_selected_action": [line.pk], "post": "yes"})
    assert list(ConsentRecord.objects.values_list()) == before


def test_the_account_s_last_answer_has_a_list_of_its_own(owner: Client, answers: None, anna: Any) -> None:
    page = owner.get(address("accountconsent")).content.decode()
    assert "anna@example.com" in page
    assert AccountConsent.objects.get(pk=anna.pk).purposes == []
    assert owner.get(address("accountconsent", "change", anna.pk)).status_code == 200


def test_an_erasure_tells_how_much_went_and_never_whose(owner: Client) -> None:
    Erasure.objects.create(subject=bytes(range(32)), erased_at=NOW, rows={"events": 12}, asked_by="themselves")
    page = owner.get(address("erasure")).content.decode()
    assert "00010203" in page
    assert "events: 12" in page


def test_more_lines_ask_no_more_queries(owner: Client, answers: None) -> None:
    owner.get(address(LEDGER))
    with CaptureQueriesContext(connection) as few:
        owner.get(address(LEDGER))
    for number in range(20):
        given = Consent(frozenset({"analytics"}), is_asked=True, given_at=NOW)
        note(given, person=Person(user_id=person(f"shopper{number}").pk), text=WORDS, source="page")
    with CaptureQueriesContext(connection) as many:
        owner.get(address(LEDGER))
    assert len(many) == len(few)
