"""Batches of the browser's through the endpoint, against one ORM save for each event."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.models import Event, Tally
from shop_demo.bench.shoppers import agreed, become, browser, forget

BATCH = 50


@dataclass(frozen=True)
class Ingest:
    """Events in a second, each way."""

    endpoint: float
    orm: float

    @property
    def ratio(self) -> float:
        """How many times faster the endpoint is."""
        return self.endpoint / self.orm


def ingest(*, batches: int) -> Ingest:
    """Both ways in turn, in one process; nothing stays in the log."""
    with _visitors(max(batches // 5, 1)) as visitors, agreed():
        through, saved = 0.0, 0.0
        client = browser()
        _post(client, visitors[0])
        for number in range(batches):
            through += _post(client, visitors[number % len(visitors)])
            saved += _save(visitors[number % len(visitors)])
        total = batches * BATCH
        return Ingest(total / through, total / saved)


def _post(client: Client, visitor_id: uuid.UUID) -> float:
    become(client, visitor_id)
    now = timezone.now()
    data = {"shown": str(event_id(now)), "slot": "home-1", "block": "1"}
    events = [
        {"id": str(event_id(now)), "kind": "block_seen", "at": int(now.timestamp() * 1000), "data": data}
        for _ in range(BATCH)
    ]
    body = json.dumps({"v": 1, "page": "/", "events": events})
    started = time.perf_counter()
    answer = client.post(reverse("personalization:events"), body, content_type="text/plain;charset=UTF-8")
    elapsed = time.perf_counter() - started
    if answer.status_code != 204:
        raise RuntimeError(f"The endpoint answered {answer.status_code}.")
    return elapsed


def _save(visitor_id: uuid.UUID) -> float:
    now = timezone.now()
    started = time.perf_counter()
    for _ in range(BATCH):
        Event(
            id=event_id(now), kind="block_seen", happened_at=now, visitor_id=visitor_id,
            payload={"shown": str(event_id(now)), "slot": "home-1", "block": "1"},
        ).save(force_insert=True)  # fmt: skip
    return time.perf_counter() - started


@contextmanager
def _visitors(count: int) -> Iterator[list[uuid.UUID]]:
    visitors, before = [uuid.uuid4() for _ in range(count)], list(Tally.objects.values_list("pk", "count"))
    try:
        yield visitors
    finally:
        forget(visitors)
        Tally.objects.exclude(pk__in=[pk for pk, _ in before]).delete()
        for pk, sum_before in before:
            Tally.objects.filter(pk=pk).update(count=sum_before)
