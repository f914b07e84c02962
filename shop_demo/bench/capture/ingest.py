"""Batches of the browser's through the endpoint, against one ORM save for each event.

Of a batch is counted all that the shop's server does for it, from the moment when a WSGI server hands it over until the
answer is closed: every middleware, reading, judging, writing, counting. What the browser does is not: the message is
made before. Of the other way is counted the event's object and its `save`, in the process itself, with no request.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone

from personalization.conf import conf
from personalization.events import visit, visitors
from personalization.events.beacon.batch import MOST_EVENTS
from personalization.events.identifiers import event_id
from personalization.events.models import Event, Tally
from shop_demo.bench.shoppers import BROWSER, agreed, forget

# As our script sends them, as a busy page or a shop's own script may, and the most that a message may hold.
SIZES = (20, 50, MOST_EVENTS)
SAVES = 50


@dataclass(frozen=True)
class Ingest:
    """Events in a second: by one save each, and through the endpoint by the size of a batch."""

    orm: float
    endpoint: Mapping[int, float]


def ingest(*, batches: int) -> Ingest:
    """All ways in turn, in one process; nothing stays in the log."""
    with _visitors(batches) as ids, agreed():
        through, saved, server = dict.fromkeys(SIZES, 0.0), 0.0, WSGIHandler()
        for visitor_id in ids:
            # Known by then, as nearly everybody is who reports. A round is as much as one browser may send in a minute.
            _post(server, visitor_id, 1)
            for size in SIZES:
                through[size] += _post(server, visitor_id, size)
            saved += _save(visitor_id)
        return Ingest(batches * SAVES / saved, {size: batches * size / through[size] for size in SIZES})


def _post(server: WSGIHandler, visitor_id: uuid.UUID, size: int) -> float:
    request = _request(visitor_id, size)
    started = time.perf_counter()
    answer = server(request, _begin)
    b"".join(answer)
    answer.close()
    elapsed = time.perf_counter() - started
    if answer.status_code != 204:
        raise RuntimeError(f"The endpoint answered {answer.status_code}.")
    return elapsed


def _begin(*_: Any) -> Callable[[bytes], None]:
    # A WSGI server would put status and headers on the wire here.
    return lambda _: None


def _request(visitor_id: uuid.UUID, size: int) -> dict[str, Any]:
    """What a WSGI server would hand over."""
    now = timezone.now()
    data = {"shown": str(event_id(now)), "slot": "home-1", "block": "1"}
    events = [
        {"id": str(event_id(now)), "kind": "block_seen", "at": int(now.timestamp() * 1000), "data": data}
        for _ in range(size)
    ]
    body = json.dumps({"v": 1, "page": "/", "events": events}).encode()
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": reverse("personalization:events"),
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "text/plain;charset=UTF-8",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_USER_AGENT": BROWSER,
        "HTTP_COOKIE": _cookies(visitor_id, now),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }


def _cookies(visitor_id: uuid.UUID, now: datetime) -> str:
    """Those of a browser on its way through the shop: a known visitor, whose visit goes on."""
    visit_s = f"{visitor_id.hex}.{int(now.timestamp())}"
    signed = {
        conf.VISITOR_COOKIE: Signer(salt=visitors.SALT).sign(str(visitor_id)),
        visit.COOKIE: Signer(salt=visit.SALT).sign(visit_s),
    }
    return "; ".join(f"{name}={value}" for name, value in signed.items())


def _save(visitor_id: uuid.UUID) -> float:
    now = timezone.now()
    started = time.perf_counter()
    for _ in range(SAVES):
        Event(
            id=event_id(now), kind="block_seen", happened_at=now, visitor_id=visitor_id,
            payload={"shown": str(event_id(now)), "slot": "home-1", "block": "1"},
        ).save(force_insert=True)  # fmt: skip
    return time.perf_counter() - started


@contextmanager
def _visitors(count: int) -> Iterator[list[uuid.UUID]]:
    ids, before = [uuid.uuid4() for _ in range(count)], list(Tally.objects.values_list("pk", "count"))
    try:
        yield ids
    finally:
        forget(ids)
        Tally.objects.exclude(pk__in=[pk for pk, _ in before]).delete()
        for pk, sum_before in before:
            Tally.objects.filter(pk=pk).update(count=sum_before)
