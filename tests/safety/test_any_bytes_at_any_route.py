"""Promise 20: any bytes to any address of ours: an answer as planned, never a 5xx, and never more bytes than may be."""

import gc
import itertools
import json
import logging
import random
import time
from collections import defaultdict
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from personalization.conf import Conf
from personalization.events.beacon.pace import pace
from personalization.events.views.consent import LONGEST_ANSWER
from personalization.storefront.popups.views import LONGEST
from personalization.urls import urlpatterns
from tests.events.beacon.test_any_bytes import BODIES, HEADERS, TEXT, WORST

NAMES = sorted(one.name for one in urlpatterns)
METHODS = ("GET", "POST", "HEAD", "PUT")
PLANNED = {200, 204, 302, 400, 401, 403, 404, 405, 413, 415, 429}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
TYPES = some.sampled_from([FORM, FORM, PARTS, "application/json", "text/plain", "text/plain; charset=utf-16", "x"])
# What the forms of our pages are made of, and what is nearly so.
FIELDS = some.sampled_from(
    ["what", "product", "next", "purpose", "withdraw", "sure", "like", "avoid", "purposes", "kind"]
)
SAID = TEXT | some.sampled_from(
    ["yes", "not_interested", "owned", "gift", "undo", "forget", "analytics", "personalization", "1", "9" * 18,
     "9" * 40, "-1", "\u0663", "//evil.example/", "/basket/", "/\\evil.example", "javascript:alert(1)"]
)  # fmt: skip
FORMS = some.dictionaries(FIELDS | TEXT, some.lists(SAID, max_size=4), max_size=8)
MESSAGES = some.builds(lambda form: (_encoded(form), FORM), FORMS) | some.tuples(BODIES, TYPES) | some.builds(
    lambda told: (json.dumps({"purposes": told}).encode("utf-8", "replace"), "application/json"), some.lists(SAID)
)  # fmt: skip
WITH_SCRIPT = some.booleans()


def _encoded(form: dict[str, list[str]]) -> bytes:
    return urlencode(form, doseq=True, errors="replace").encode()


@pytest.fixture(autouse=True)
def _watched(settings: Any) -> None:
    settings.PERSONALIZATION_METRICS_TOKEN = "known to the monitoring alone"


def made(count: int) -> list[tuple[bytes, str, dict[str, str], str, bool]]:
    """The messages, the same each time if they are few; made before the first is sent."""
    kept = []

    @settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None,
        derandomize=count < 1_000,
    )  # fmt: skip
    @given(message=MESSAGES, headers=HEADERS, query=FORMS, is_by_script=WITH_SCRIPT)
    def make(message: Any, headers: Any, query: Any, is_by_script: bool) -> None:
        kept.append((*message, headers, _encoded(query).decode(), is_by_script))

    make()
    return kept


def right(name: str, shop: Any) -> tuple[bytes, str]:
    """A message that makes sense there."""
    if name in ("events", "answer", "show_popup", "answer_popup"):
        return json.dumps({"v": 1, "page": "/", "events": [], "purposes": ["analytics"]}).encode(), "text/plain"
    return f"sure=yes&what=owned&purpose=analytics&product={shop['honey'].pk}".encode(), FORM


class HungUp(BytesIO):
    """What a server passes on of a message that ends before its announced end."""

    def read(self, size: int | None = -1) -> bytes:
        """What there is; whoever wants more learns that nobody is there."""
        if not (told := super().read(size)):
            raise OSError("the sender hung up")
        return told


def stand(shop: Any, anna: Any, count: int, monkeypatch: Any, caplog: Any) -> tuple[dict[Any, set[int]], Any]:
    """Sends so many messages; the statuses of each address and method, and how long each answer took."""
    monkeypatch.setattr(pace, "wait", lambda visitor, weight: 0)
    # Each of their lines would keep a whole request in memory.
    for logger in ("django.request", "django.security"):
        caplog.set_level(logging.CRITICAL, logger=logger)
    statuses, seconds, chance = defaultdict(set), [], random.Random(20)
    turns = itertools.cycle(itertools.product(NAMES, METHODS[:2]))
    annas = Client(raise_request_exception=False)
    annas.force_login(anna)
    # One server for all of them: loading the shop's middleware is no part of an answer.
    strangers = Client(raise_request_exception=False)
    messages = made(count)
    # No server has ten thousand messages lying about, through which Python looks for garbage while one is answered.
    gc.freeze()
    for (body, content_type, headers, query, is_by_script), (name, method) in zip(messages, turns, strict=False):
        if chance.random() < 0.1:
            method = chance.choice(METHODS)
        if chance.random() < 0.2:
            # Among so much that is wrong, some that is right.
            body, content_type, is_by_script = *right(name, shop), True
            headers = {}
        # A server passes no length on that is no number, and Django's own forms rely on it.
        told = {key.replace("_", "-"): value for key, value in headers.items() if key != "Cookie" and value != "x"}
        told |= {"X-Requested-With": "XMLHttpRequest"} if is_by_script else {}
        address = f"{reverse(f'personalization:{name}')}?{query}"
        # Among the messages are withdrawals: from then on an account is not listened to, but the next stranger is.
        client = annas if chance.random() < 0.3 else strangers
        strangers.cookies.clear()
        began = time.thread_time()
        more = {"wsgi.input": HungUp(body)} if len(told.get("Content-Length", "")) > len(str(len(body))) else {}
        answer = client.generic(method, address, body, content_type=content_type, headers=told, **more)
        seconds.append((time.thread_time() - began, f"{method} {name}"))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in PLANNED, (name, method, answer.status_code, headers, body, content[:500])
        assert "evil.example" not in answer.headers.get("Location", ""), (name, body)
        statuses[name, method].add(answer.status_code)
    assert not [one for one in caplog.records if one.name == "personalization"]
    return statuses, seconds


# What each address must have answered, or the messages did not go through its doors.
REACHED = {
    "events": {400}, "consent": {200, 302}, "answer": {204, 400}, "my_data": {200}, "download": {200},
    "erase": {200}, "add_together": {302}, "take_out_together": {302}, "taste": {200, 302}, "feedback": {200, 400},
    "metrics": {401}, "popups": {204}, "show_popup": {204, 400, 403}, "answer_popup": {204, 400, 403},
    "lead": {200, 405}, "confirm_lead": {404}, "stop_lead": {404},
    "door": {404, 405}, "toolbar": {404, 405}, "toolbar_switch": {404, 405},
}  # fmt: skip


def went_through_all_doors(statuses: dict[Any, set[int]]) -> None:
    """Or what they survived says nothing."""
    assert set(REACHED) == set(NAMES), "say what a new address must have answered"
    for name, wanted in REACHED.items():
        assert wanted <= {status for (one, _), all_of_it in statuses.items() if one == name for status in all_of_it}, (
            name
        )


def test_whatever_comes_to_whatever_address_is_answered_as_planned(shop, anna, monkeypatch, caplog):
    statuses, _ = stand(shop, anna, 500, monkeypatch, caplog)
    went_through_all_doors(statuses)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_ten_thousand_times(shop, anna, monkeypatch, caplog):
    statuses, seconds = stand(shop, anna, 10_000, monkeypatch, caplog)
    went_through_all_doors(statuses)
    # Its own work, whatever else the machine does; templates are read for the first time once.
    *_, (worst, where), _, _, _ = sorted(seconds)
    print(f"all but three of {len(seconds)}: at most {worst * 1000:.0f} ms of work, for {where}")  # noqa: T201
    assert worst < WORST, sorted(seconds)[-20:]


@pytest.mark.parametrize("name", ["add_together", "take_out_together", "feedback", "answer", "taste", "erase"])
def test_who_hangs_up_half_way_is_nobody_s_fault(name, shop, anna, caplog):
    client = Client(raise_request_exception=False)
    client.force_login(anna)
    form = f"--x\r\nContent-Disposition: form-data; name=product\r\n\r\n{shop['honey'].pk}".encode()
    for content_type, body in ((FORM, b"product=1"), (PARTS, form), ("text/plain", b"")):
        answer = client.post(
            reverse(f"personalization:{name}"), data=body, content_type=content_type, headers={"Content-Length": "999"},
            **{"wsgi.input": HungUp(body), "HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
        )  # fmt: skip
        assert answer.status_code in PLANNED, (name, content_type, answer.status_code)
    assert not [one for one in caplog.records if one.name == "personalization"]


@pytest.mark.parametrize("name", ["add_together", "take_out_together", "feedback"])
@pytest.mark.parametrize("wanted", ["undo", "basket", ".", "\0", "//evil.example/", "http:"])
def test_whoever_asks_to_be_sent_nowhere_is_sent_somewhere(shop, client, name, wanted):
    form = {"next": wanted, "what": "owned", "product": shop["honey"].pk}
    answer = client.post(reverse(f"personalization:{name}"), form)
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


# --- how many bytes ---------------------------------------------------------------------------------------------------

EVENTS, HOST = Conf.EVENT_BODY_LIMIT.default, django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE
# The most that each reads, and what it answers to one byte more; None for one that takes no message at all.
LIMITS: dict[str, tuple[int, int] | None] = {
    "events": (EVENTS, 413), "answer": (LONGEST_ANSWER, 400), "my_data": None, "download": None, "metrics": None,
    "popups": None, "show_popup": (LONGEST, 400), "answer_popup": (LONGEST, 400),
} | dict.fromkeys(
    ("consent", "erase", "add_together", "take_out_together", "taste", "feedback", "lead", "confirm_lead",
     "stop_lead", "door"), (HOST, 400)
) | dict.fromkeys(("toolbar", "toolbar_switch"), (HOST, 404))  # fmt: skip


def message(name: str, size: int) -> tuple[bytes, str]:
    """One that makes sense, filled up to that size."""
    if name in ("events", "answer", "show_popup", "answer_popup"):
        return json.dumps({"v": 1, "page": "/", "events": [], "purposes": []}).encode().ljust(size), "text/plain"
    return b"what=".ljust(size, b"x"), FORM


@pytest.mark.parametrize("name", NAMES)
def test_a_message_may_be_so_long_and_not_one_byte_longer(shop, client, name):
    assert name in LIMITS, "say how many bytes a new address reads"
    address, limit = reverse(f"personalization:{name}"), LIMITS[name]
    if limit is None:
        assert client.post(address, b"x" * HOST, content_type=FORM).status_code == 405
        return
    most, too_many = limit
    answers = []
    for size in (most, most + 1):
        body, content_type = message(name, size)
        headers = {"X-Requested-With": "XMLHttpRequest"}
        answers.append(client.post(address, body, content_type=content_type, headers=headers).status_code)
    # An answer to no product is refused, but read; a link without a key leads nowhere, nor a door that is not there.
    # For whoever is no staff the toolbar is not there, however long the message.
    nowhere = ("confirm_lead", "stop_lead", "door", "toolbar", "toolbar_switch")
    refused = {"feedback": {400}} | {one: {404} for one in nowhere}
    assert answers[0] in refused.get(name, {200, 204, 302})
    assert answers[1] == too_many
