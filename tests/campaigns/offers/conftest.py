"""An offer of ten per cent, and people whom the shop knows."""

from typing import Any

import pytest
from django.test import Client

from personalization.campaigns.offers.models import PersonalOffer
from tests.campaigns.offers.folk import known, offered
from tests.people import Shop


@pytest.fixture(autouse=True)
def _plain(bare_oscar: None) -> None:
    """Oscar's own pages."""


@pytest.fixture
def ten_percent(shop: Shop) -> PersonalOffer:
    """Ten per cent off everything, by a code, for everybody."""
    return offered()


@pytest.fixture
def annas(client: Client, anna: Any) -> Client:
    """Anna's browser; the shop knows her."""
    known(anna)
    client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    return client
