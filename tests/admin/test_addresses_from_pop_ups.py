"""Addresses left in pop-ups: in full and to take along for those who may see accounts, masked for the rest."""

from typing import Any

import pytest
from django.test import Client

from personalization.storefront.leads.models import Lead
from tests.admin.stories import address
from tests.people import NOW


@pytest.fixture(autouse=True)
def _mary(db: None) -> None:
    told = {"email": "mary@example.com", "address": "mary@example.com", "text": "=words", "language": "en"}
    Lead.objects.create(**told, asked_at=NOW, confirmed_at=NOW)


def take_along(client: Client) -> Any:
    chosen = [str(one) for one in Lead.objects.values_list("pk", flat=True)]
    return client.post(address("lead"), {"action": "take_along", "_selected_action": chosen})


def test_who_may_see_accounts_reads_finds_and_takes_them_along(owner: Client) -> None:
    assert "mary@example.com" in owner.get(address("lead"), {"q": "Mary@Example.com"}).content.decode()
    lines = b"".join(take_along(owner).streaming_content).decode()
    assert "mary@example.com" in lines
    assert "'=words" in lines


def test_the_rest_read_that_there_is_one(reader: Client) -> None:
    pages = [
        reader.get(address("lead")),
        reader.get(address("lead", "change", Lead.objects.get().pk)),
        take_along(reader),
    ]
    told = "".join(page.content.decode() for page in pages if not page.streaming)
    assert not any(page.streaming for page in pages)
    assert "mary@" not in told
    assert "m…@e….com" in told
    assert not reader.get(address("lead"), {"q": "mary@example.com"}).context["cl"].result_list
