"""Promise 3: when the whole database is gone, the app costs the shop not one page more."""

import json
import time
import uuid
from contextlib import ExitStack
from functools import partial

import psycopg
import pytest
from django.core import signing
from django.utils import timezone

from personalization.events.identifiers import event_id
from tests.safety.outage import BARE, WHOLE, Answer, Server, ask, shop, shoppers

BEFORE, AFTER, RECOVERS = 2.0, 2.0, 10.0
# Page views are written without waiting for the disk: PostgreSQL promises them after three rounds of its writer of the
# log, 0.2 s each (documentation of `synchronous_commit`).
UNSETTLED = 0.6
BEACON = "/personalization/events/"


@pytest.fixture(scope="module")
def two_shops(busy_shop, django_db_blocker, tmp_path_factory):
    """The server, and the ports of the bare shop and of the one with the app."""
    logs = tmp_path_factory.mktemp("outage")
    server = Server()
    try:
        with django_db_blocker.unblock():
            server.fill()
        with ExitStack() as stack:
            ports = [stack.enter_context(shop(server, kind, logs / kind)) for kind in (BARE, WHOLE)]
            wait_until(lambda: all(ask(port, "/plain/").status == 200 for port in ports), seconds=60)
            yield server, ports
    finally:
        server.remove()


def wait_until(true, *, seconds: float) -> float:
    """How long it took to become true."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, "it did not come true in time"
        time.sleep(0.05)
    return time.monotonic() - began


def stored(server: Server, question: str, *values):
    with psycopg.connect(host=server.socket_folder, user="postgres", dbname=WHOLE) as there:
        return there.execute(question, values).fetchone()[0]


def custom() -> tuple[str, bytes]:
    """A message of a script, and the id of its event."""
    now = timezone.now()
    one = {"id": str(event_id(now)), "kind": "custom", "at": int(now.timestamp() * 1000), "data": {"name": "asked"}}
    return one["id"], json.dumps({"v": 1, "page": "/plain/", "events": [one]}).encode()


def send(port: int, message: bytes) -> Answer:
    visitor = signing.Signer(salt="personalization.visitor").sign(str(uuid.uuid4()))
    return ask(port, BEACON, body=message, Content_Type="text/plain", Cookie=f"pz_vid={visitor}")


def pages_that_fell_between(answers, *moments):
    """Those under way while the server went down or came up: there it is a matter of luck who is hit."""
    return [one for one in answers if any(one.began < end and one.ended > begin for begin, end in moments)]


@pytest.mark.parametrize("seconds", [1.5, pytest.param(60, marks=pytest.mark.long)])
def test_nothing_is_added_to_the_harm(busy_shop, two_shops, seconds, record_property):
    server, ports = two_shops
    paths = ["/plain/", "/catalogue/", busy_shop["oat milk"].get_absolute_url(), "/search/?q=milk", "/basket/",
             "/accounts/login/"]  # fmt: skip
    begun_at = timezone.now()
    with shoppers(ports, paths) as (bare, whole):
        time.sleep(BEFORE)
        dying = time.monotonic()
        server.kill()
        dead = time.monotonic()
        time.sleep(seconds)
        event, message = custom()
        refused = send(ports[1], message)
        rising = time.monotonic()
        server.restart()
        risen, risen_at = time.monotonic(), timezone.now()
        viewed = "SELECT count(*) FROM personalization_event WHERE kind = 'product_viewed' AND happened_at > %s"
        took = wait_until(lambda: stored(server, viewed, risen_at) > 0, seconds=RECOVERS)
        time.sleep(AFTER)

    lucky = (dying, dead), (rising, risen)
    pairs = [
        (one, other)
        for one, other in zip(bare.answers, whole.answers, strict=False)
        if not pages_that_fell_between((one, other), *lucky)
    ]
    down = [(one, other) for one, other in pairs if dead <= min(one.began, other.began) < rising]
    assert len(down) > 5
    assert {one.status for one, _ in down if one.path != "/plain/"} == {500}, "the outage must really have happened"
    errors = [sum(shop[turn].is_error for shop in pairs) for turn in (0, 1)]
    assert errors[1] - errors[0] == 0, (errors, [pair for pair in pairs if pair[1].is_error > pair[0].is_error])
    assert {other.status for _, other in down if other.path == "/plain/"} == {200}
    assert not any(one.is_error for one in whole.answers if one.began > risen + 1)

    # What could be served meanwhile is in the log, save for the last moment before the kill; nothing is there twice.
    served = [one for one in whole.answers if one.path == "/plain/" and one.status == 200]
    settled = [one for one in served if one.ended < dying - UNSETTLED or one.ended > dying]
    assert len([one for one in settled if one.began < dying]) > 0
    visits = ("SELECT count(*) FROM personalization_event WHERE kind = 'visit_started' "
              "AND payload->>'landing' = '/plain/' AND happened_at > %s")  # fmt: skip
    arrived = partial(stored, server, visits, begun_at)
    wait_until(lambda: ask(ports[1], "/basket/") and arrived() >= len(settled), seconds=RECOVERS)
    assert len(settled) <= arrived() <= len(served)

    # And a message that was not taken comes again, as the script sends it.
    assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (503, True)
    assert send(ports[1], message).status == 204
    assert stored(server, "SELECT count(*) FROM personalization_event WHERE id = %s", event) == 1

    record_property("seconds until the first event", round(took, 1))
    waits = [max(shop[turn].ended - shop[turn].began for shop in down) for turn in (0, 1)]
    print(  # noqa: T201
        f"{len(pairs)} pairs, {errors} errors, first event after {took:.1f} s, longest wait in the outage {waits}"
    )
