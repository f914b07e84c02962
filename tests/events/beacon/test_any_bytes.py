"""Any bytes in: 204, a 4xx or 429 out; never a 5xx, never slow, and nothing grows."""

import gc
import json
import logging
import os
import time
from typing import Any

import psutil
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from personalization.events.beacon import pace as pacing
from personalization.events.kinds import kinds
from personalization.events.models import QuarantinedPayload
from tests.events.beacon.conftest import CHROME, counted, event, post

PLANNED = {204, 400, 403, 413, 415, 429}
WORST, GROWTH = 0.2, 20 * 2**20

NAMES = sorted(
    {"id", "kind", "at", "product", "data", "name", "products", "shown", "path", "seconds", "events", "page"}
)
TEXT = some.text(max_size=40) | some.sampled_from(["\0", "\ud800", "a\0b", "\U0010ffff", "x" * 5000, "-1", "1e400"])
PLAIN = (
    some.none() | some.booleans() | some.floats() | TEXT | some.integers() | some.integers(-(10**400), 10**400)
    | some.sampled_from([0, -1, 2**31, 2**63 - 1, 2**63, 10**18, 1e308, 5e-324])
)  # fmt: skip
VALUES = some.recursive(
    PLAIN,
    lambda inside: (
        some.lists(inside, max_size=6) | some.dictionaries(TEXT | some.sampled_from(NAMES), inside, max_size=6)
    ),
    max_leaves=20,
)
KINDS = some.sampled_from([kind.name for kind in kinds]) | TEXT
EVENTS = some.builds(
    lambda kind, more, told: event(kind) | told | more,
    KINDS,
    some.dictionaries(some.sampled_from(NAMES), VALUES, max_size=4),
    some.fixed_dictionaries({}, optional={"data": some.dictionaries(some.sampled_from(NAMES), VALUES, max_size=5)}),
)
BATCHES = some.fixed_dictionaries(
    {"events": some.lists(EVENTS | VALUES, max_size=60)}, optional={"v": PLAIN, "page": PLAIN, "more": VALUES}
)
# Among so much that is wrong, some that is right, or wrong in one place only.
NEARLY = some.lists(some.builds(event) | some.builds(lambda wrong: event() | {"id": wrong}, some.text(max_size=40)),
                    min_size=1, max_size=8)  # fmt: skip
CHARSETS = some.sampled_from(["utf-8", "utf-16", "utf-32", "cp1251", "utf-7"])


def _nested(depth: int, opening: str) -> bytes:
    closing = "]" if opening == "[" else "}"
    return (f'{{"events": [{{"data": {opening * depth}{closing * depth}}}]}}').encode()


BODIES = (
    some.binary(max_size=2000)
    | some.builds(lambda told: _said({"events": told}, True).encode(), NEARLY)
    | some.builds(lambda value, charset: _said(value).encode(charset, "replace"), BATCHES | VALUES, CHARSETS)
    | some.builds(lambda value, ascii_only: _said(value, ascii_only).encode("utf-8", "surrogatepass"),
                  BATCHES, some.booleans())
    | some.builds(_nested, some.sampled_from([3, 100, 10_000, 30_000]), some.sampled_from(["[", '{"a":']))
    | some.builds(lambda value, end: _said(value).encode("utf-8", "replace")[:end], BATCHES, some.integers(0, 400))
    | some.builds(lambda size: b'{"events": [' + b"1," * size + b"1]}", some.integers(0, 33_000))
)  # fmt: skip
HEADERS = some.just({}) | some.fixed_dictionaries({}, optional={
    "Content_Encoding": some.sampled_from(["gzip", "br", "identity", "x"]),
    "Sec_Fetch_Site": some.sampled_from(["same-origin", "cross-site", "none", "x"]),
    "Origin": some.sampled_from(["http://testserver", "null", "http://[", "https://evil.example"]),
    "Referer": some.sampled_from(["http://[", "http://testserver/?a=%00&utm_source=%ff%00x", "x" * 3000]),
    "Cookie": some.sampled_from(["pz_vid=x:y", "pz_visit=x", "pz_vid=\"", "pz_visit=0.9999999999999999:x"]),
    "Content_Length": some.sampled_from(["0", "-1", "x", "9" * 30]),
})  # fmt: skip


def _said(value: Any, ascii_only: bool = False) -> str:
    return json.dumps(value, ensure_ascii=ascii_only)


def _messages(count: int) -> list[tuple[bytes, dict[str, str]]]:
    # Made before the first is sent, for Hypothesis itself grows with what it makes.
    made: list[tuple[bytes, dict[str, str]]] = []

    # The few are the same every time, for they must come through all the doors; the many are always others.
    @settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        derandomize=count < 1_000,
    )  # fmt: skip
    @given(body=BODIES, headers=HEADERS)
    def make(body: bytes, headers: dict[str, str]) -> None:
        made.append((body, headers))

    make()
    return made


def _stand(
    count: int, *, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> tuple[list[float], list[float]]:
    """Sends so many; gives how long each answer took, and how long of that we worked; the quickest first."""
    monkeypatch.setattr(pacing.pace, "wait", lambda visitor, weight: 0)
    # Each of its lines would keep a whole request in memory.
    caplog.set_level(logging.CRITICAL, logger="django.request")
    browser = Client(headers={"User-Agent": CHROME}, raise_request_exception=False)
    messages, process, taken, worked, before = _messages(count), psutil.Process(os.getpid()), [], [], 0
    # No server has ten thousand messages lying about, through which Python looks for garbage while one is answered.
    gc.freeze()
    for number, (body, headers) in enumerate(messages):
        if number == min(count // 4, 500):
            before = process.memory_info().rss
        begin, at_work = time.monotonic(), time.thread_time()
        answer = post(browser, body, **headers)
        taken.append(time.monotonic() - begin)
        worked.append(time.thread_time() - at_work)
        assert answer.status_code in PLANNED, (answer.status_code, headers, body)
        assert answer.content == b""
    # It really went through all the doors.
    assert set(counted()) >= {"stored", "unreadable", "foreign", "encoded", "bad_data", "unknown_kind", "bad_id"}
    assert QuarantinedPayload.objects.count() <= 200
    assert process.memory_info().rss - before < GROWTH
    assert not [one for one in caplog.records if one.name == "personalization"]
    return sorted(taken), sorted(worked)


def test_whatever_comes_is_answered_as_planned(shop, monkeypatch, caplog):
    # Its own time, not that of whoever else keeps the machine busy; and one in a hundred may have waited all the same.
    _, worked = _stand(400, monkeypatch=monkeypatch, caplog=caplog)
    assert worked[-4] < WORST


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_times(shop, monkeypatch, caplog):
    taken, worked = _stand(10_000, monkeypatch=monkeypatch, caplog=caplog)
    for what, seconds in (("answered", taken), ("worked", worked)):
        print(f"{what}: median {seconds[5_000] * 1000:.1f} ms, worst {seconds[-1] * 1000:.0f} ms")  # noqa: T201
    assert worked[-1] < WORST
    assert taken[-1] < WORST
