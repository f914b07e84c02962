"""A shopper who is already on a visit, so that what a step tells is its own."""

from typing import Any

import pytest
from django.test import Client

from tests import people
from tests.events.flows.steps import all_so_far


@pytest.fixture(autouse=True)
def _own_pages(bare_oscar: None, settings: Any) -> None:
    """Bare Oscar, with a few pages of the shop's own beside it."""
    settings.ROOT_URLCONF = "tests.events.flows.pages"


@pytest.fixture
def visiting(open_shop: people.Shop, client: Client) -> Client:
    """A stranger's browser, some pages into a visit."""
    client.get("/basket/")
    assert all_so_far()
    return client


@pytest.fixture
def annas(open_shop: people.Shop, client: Client, anna: Any) -> Client:
    """Anna's browser; she is signed in."""
    people.log_in(client, anna)
    client.get("/basket/")
    return client
