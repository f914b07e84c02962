"""A small shop on bare Oscar's pages, in which everything sells, and ways to say something about it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.people import Shop
from tests.safety.conftest import fill_tables

Say = Callable[..., Any]


@pytest.fixture(autouse=True)
def _bare_oscar(bare_oscar: None, settings: Any) -> None:
    """Oscar's own pages, and a few with one block each."""
    settings.ROOT_URLCONF = "tests.storefront.pages"


@pytest.fixture
def full_shop(open_shop: Shop) -> Shop:
    """The tiny shop, in which everything is near everything and sells."""
    fill_tables(open_shop)
    return open_shop


@pytest.fixture
def say() -> Say:
    """Presses one of the answers in a card's menu, as the page without scripts does."""

    def press(client: Client, what: str, product: Any, *, script: bool = False, **more: Any) -> Any:
        headers = {"X-Requested-With": "XMLHttpRequest"} if script else {}
        form = {"what": what, "product": getattr(product, "pk", product), "next": "/plain/"} | more
        return client.post("/personalization/taste/feedback/", form, headers=headers)

    return press
