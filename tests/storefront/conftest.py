"""A bare template, a bare shop, and lists to show."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

from tests.people import Shop
from tests.safety.conftest import fill_tables

Render = Callable[..., str]


@pytest.fixture(autouse=True)
def _bare_oscar(bare_oscar: None) -> None:
    """Oscar's own pages."""


@pytest.fixture
def full_shop(shop: Shop) -> Shop:
    """The tiny shop, in which everything is near everything and sells."""
    fill_tables(shop)
    return shop


@pytest.fixture
def render(full_shop: Shop) -> Iterator[Render]:
    """Renders one line of template for somebody."""

    def rendered(line: str, *, request: HttpRequest | None = None, **context: Any) -> str:
        template = engines["django"].from_string("{% load personalization %}" + line)
        return template.render(context, request)

    return rendered


@pytest.fixture
def a_stranger(rf: RequestFactory) -> HttpRequest:
    """A request of somebody unknown."""
    request = rf.get("/")
    request.user = AnonymousUser()
    return request
