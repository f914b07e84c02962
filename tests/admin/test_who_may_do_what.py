"""Strangers are sent to the login, staff without rights are refused, and accounts are shown to few."""

import pytest
from django.test import Client

from personalization.recommend.models import TrainingRun
from personalization.storefront.models import Block
from tests.admin.stories import ANNAS_PHONE, LISTS, address, run_of
from tests.people import Shop

PAGES = [("block", "first_steps"), ("block", "settings"), ("block", "preview"), ("block", "find_product"),
         ("block", "find_shopper"), ("trainingrun", "progress"), ("trainingrun", "csv"),
         ("scorecard", "progress")]  # fmt: skip
BUTTONS = [("block", "sentence"), ("block", "trade_off"), ("trainingrun", "train"), ("scorecard", "measure"),
           ("predictionrun", "learn")]  # fmt: skip


@pytest.mark.parametrize("page", [*PAGES, *((model, "changelist") for model in LISTS)])
def test_a_stranger_is_sent_to_the_login(client: Client, db: None, page: tuple[str, str]) -> None:
    answer = client.get(address(*page))
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


@pytest.mark.parametrize("page", [*PAGES, *((model, "changelist") for model in LISTS)])
def test_staff_without_rights_is_refused(clerk: Client, page: tuple[str, str]) -> None:
    assert clerk.get(address(*page)).status_code == 403


@pytest.mark.parametrize("button", BUTTONS)
def test_staff_without_rights_presses_no_button(clerk: Client, button: tuple[str, str]) -> None:
    assert clerk.post(address(*button)).status_code == 403
    assert not TrainingRun.objects.exists()


def test_whoever_may_look_at_trainings_may_not_ask_for_one(reader: Client) -> None:
    run = run_of(TrainingRun.Status.RETIRED)
    assert "Train now" not in reader.get(address("trainingrun")).content.decode()
    assert reader.post(address("trainingrun", "train")).status_code == 403
    assert reader.post(address("trainingrun", "serve", run.pk)).status_code == 403


def test_the_form_is_sent_with_a_token_only(owner: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = owner.cookies
    assert strict.post(address("block", "sentence"), {"slot": "home-1"}).status_code == 403
    assert strict.post(address("trainingrun", "train")).status_code == 403


def test_an_email_is_shown_to_those_who_may_see_accounts(owner: Client, reader: Client, filled_shop: Shop) -> None:
    pages = [address("event"), address("visitor"), address("visitor", "change", ANNAS_PHONE)]
    for page in pages:
        assert "anna@example.com" in owner.get(page).content.decode()
        assert "anna@example.com" not in reader.get(page).content.decode()


def test_nobody_finds_out_by_searching_what_they_may_not_see(reader: Client, filled_shop: Shop) -> None:
    found = reader.get(address("event"), {"q": "anna@example.com"}).content.decode()
    assert "0 results" in found
    assert reader.get(address("block", "find_shopper"), {"q": "anna"}).status_code == 403


def test_a_preview_as_somebody_needs_the_same_right(reader: Client, filled_shop: Shop, anna: object) -> None:
    block = Block.objects.create(slot="home-1", strategy="recently_viewed", minimum=1)
    page = reader.get(address("block", "preview"), {"block": block.pk, "shopper": anna.pk}).content.decode()  # type: ignore[attr-defined]
    assert "to a stranger" in page
    assert "butter" not in page
