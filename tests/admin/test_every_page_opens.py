"""Every page of the back-office opens, in a shop where nothing has happened and in one where much has."""

import pytest
from django.test import Client

from personalization.events.models import Event
from personalization.jobs.models import JobRun
from personalization.recommend.models import TrainingRun
from personalization.storefront.models import Block
from tests.admin.stories import ANNAS_PHONE, LISTS, address
from tests.people import Shop


@pytest.mark.parametrize("model", LISTS)
def test_a_list_opens_in_an_empty_shop(owner: Client, model: str) -> None:
    assert owner.get(address(model)).status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_a_list_opens_in_a_filled_shop(owner: Client, filled_shop: Shop, model: str) -> None:
    assert owner.get(address(model)).status_code == 200


def test_every_row_opens(owner: Client, filled_shop: Shop) -> None:
    rows = [("block", one.pk) for one in Block.objects.all()]
    rows += [("event", one.pk) for one in Event.objects.all()]
    rows += [("trainingrun", one.pk) for one in TrainingRun.objects.all()]
    rows += [("jobrun", one.pk) for one in JobRun.objects.all()]
    rows.append(("visitor", ANNAS_PHONE))
    for model, key in rows:
        assert owner.get(address(model, "change", key)).status_code == 200, model


def test_the_form_of_a_new_block_opens(owner: Client) -> None:
    assert owner.get(address("block", "add")).status_code == 200


def test_the_page_at_a_glance_opens_in_both(owner: Client, request: pytest.FixtureRequest) -> None:
    empty = owner.get(address("block", "first_steps"))
    assert "manage.py personalization_bootstrap" in empty.content.decode()
    request.getfixturevalue("filled_shop")
    filled = owner.get(address("block", "first_steps")).content.decode()
    assert "3 order lines" in filled or "2 order lines" in filled
    assert "1 job failed" in filled


def test_whoever_may_only_look_can_open_everything(reader: Client, filled_shop: Shop, bestsellers: Block) -> None:
    for model in LISTS:
        assert reader.get(address(model)).status_code == 200, model
    shown = reader.get(address("block", "change", bestsellers.pk))
    assert shown.status_code == 200
    assert b"Best sellers" in shown.content


def test_a_block_whose_code_is_gone_can_still_be_opened_and_mended(owner: Client) -> None:
    lost = Block.objects.create(slot="home-1", strategy="palm_reading")
    assert "palm_reading" in owner.get(address("block")).content.decode()
    page = owner.get(address("block", "change", lost.pk)).content.decode()
    assert "choose another kind of list" in page


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_pages_open_in_the_owners_language(owner: Client, filled_shop: Shop, language: str) -> None:
    for model in LISTS:
        assert owner.get(address(model), headers={"Accept-Language": language}).status_code == 200
