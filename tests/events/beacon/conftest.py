"""A browser that reports, as our script does, and what came of it."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from personalization.events.beacon.pace import pace
from personalization.events.identifiers import event_id
from personalization.events.models import Tally

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"
ADDRESS = "/personalization/events/"


@pytest.fixture(autouse=True)
def _everybody_starts_afresh() -> Iterator[None]:
    pace.forget()
    yield
    pace.forget()


@pytest.fixture
def browser() -> Client:
    """A shopper's browser."""
    return Client(headers={"User-Agent": CHROME})


def event(kind: str = "custom", *, at: datetime | None = None, **told: Any) -> dict[str, Any]:
    """An event as our script tells it; unless told otherwise, one of the shop's own that just happened."""
    moment = at or timezone.now()
    data = {"name": "opened_faq"} if kind == "custom" else {}
    return {"id": str(event_id(moment)), "kind": kind, "at": int(moment.timestamp() * 1000), "data": data} | told


def send(browser: Client, *events: Any, page: str = "/", **headers: str) -> Any:
    """Posts a batch of them."""
    return post(browser, json.dumps({"v": 1, "page": page, "events": events}).encode(), **headers)


def post(browser: Client, body: bytes, **headers: str) -> Any:
    """Posts any bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return browser.post(ADDRESS, body, content_type="text/plain;charset=UTF-8", headers=named)


def counted() -> dict[str, int]:
    """What the shop has counted, by what became of it; in balance, or the test fails."""
    rows = Tally.objects.order_by().values_list("outcome").annotate(sum=Sum("count"))
    sums = dict(rows)
    assert sums.get("received", 0) == sum(number for name, number in sums.items() if name != "received")
    return sums
