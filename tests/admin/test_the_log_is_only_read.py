"""The log and what the machine wrote can be read in the admin, filtered and searched, and never changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from personalization.events.models import Event
from personalization.jobs.models import JobRun
from tests.admin.stories import ANNAS_PHONE, address
from tests.people import NOW, Shop, did


def test_an_event_can_be_neither_added_nor_changed_nor_deleted(owner: Client, filled_shop: Shop) -> None:
    event = Event.objects.filter(kind="product_viewed").get()
    before = list(Event.objects.order_by("pk").values_list())
    assert owner.get(address("event", "add")).status_code == 403
    assert owner.post(address("event", "change", event.pk), {"kind": "purchased"}).status_code == 403
    assert owner.post(address("event", "delete", event.pk), {"post": "yes"}).status_code == 403
    owner.post(address("event"), {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"})
    assert list(Event.objects.order_by("pk").values_list()) == before


@pytest.mark.parametrize("model", ["visitor", "jobrun"])
def test_neither_can_visitors_or_jobs(owner: Client, filled_shop: Shop, model: str) -> None:
    key = ANNAS_PHONE if model == "visitor" else JobRun.objects.get().pk
    assert owner.get(address(model, "add")).status_code == 403
    assert owner.post(address(model, "delete", key), {"post": "yes"}).status_code == 403


def rows(owner: Client, **query: Any) -> list[Any]:
    return list(owner.get(address("event"), query).context["cl"].result_list)


def test_the_list_begins_with_the_last_thirty_days(owner: Client, filled_shop: Shop) -> None:
    did("product_viewed", filled_shop["honey"], at=NOW - timedelta(days=40))
    assert len(rows(owner)) == 4
    assert len(rows(owner, period="all")) == 5
    assert len(rows(owner, period="week")) == 4


def test_it_is_searched_by_title_number_and_account(owner: Client, filled_shop: Shop) -> None:
    assert [one.kind for one in rows(owner, q="butter")] == ["product_viewed"]
    assert [one.kind for one in rows(owner, q=str(filled_shop["butter"].pk))] == ["product_viewed"]
    assert {one.kind for one in rows(owner, q="anna@example.com")} == {"product_viewed", "purchased"}
    assert rows(owner, q="nothing like it") == []


def test_links_lead_to_one_visitor_or_one_account(owner: Client, filled_shop: Shop, anna: Any) -> None:
    assert {one.kind for one in rows(owner, visitor=str(ANNAS_PHONE), period="all")} == {
        "product_viewed",
        "block_shown",
    }
    assert {one.user_id for one in rows(owner, account=anna.pk, period="all")} == {anna.pk}
    assert rows(owner, visitor="nobody") == rows(owner, account="nobody") == []


def test_the_way_to_a_visitor_is_the_same_from_the_list_and_from_a_row(owner: Client, filled_shop: Shop) -> None:
    way = f'href="{address("event")}?visitor={ANNAS_PHONE}&amp;period=all"'
    viewed = Event.objects.get(kind="product_viewed")
    for page in (address("event"), address("event", "change", viewed.pk)):
        assert way in owner.get(page).content.decode()


def test_it_tells_in_words_what_happened(owner: Client, filled_shop: Shop) -> None:
    page = owner.get(address("event")).content.decode()
    assert "1 product in the place home-3" in page
    assert "oat milk" in page


def test_a_visitor_is_told_as_a_story(owner: Client, filled_shop: Shop) -> None:
    page = owner.get(address("visitor", "change", ANNAS_PHONE)).content.decode()
    assert page.index("Block shown") < page.index("Product viewed")
    assert f"visitor={ANNAS_PHONE}" in page


def test_a_job_tells_why_it_failed(owner: Client, filled_shop: Shop) -> None:
    page = owner.get(address("jobrun")).content.decode()
    assert "Compare the orders with the log" in page
    assert "server closed the connection" in page
