"""What was acknowledged is stored exactly once, while the servers that take it are killed again and again."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection

from personalization.events.models import Event, QuarantinedPayload
from tests.events.beacon.conftest import ADDRESS, CHROME, counted, event

KILLS, SENDERS, BATCH = 20, 6, 50
SEED = 2026

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]


class Servers:
    """Real processes behind one socket."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.pids: deque[int] = deque(maxlen=2)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(settings.BASE_DIR),
            "SHOP_DATABASE": connection.settings_dict["NAME"],
        }
        command = [sys.executable, "-W", "ignore", "-m", "tests.events.beacon.server", str(port)]
        with log.open("ab") as errors:
            self.master = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.master.stdout
        with self.master.stdout as told:
            for line in told:
                self.pids.append(int(line))

    def kill_one(self) -> bool:
        """SIGKILL to the worker that has lived longest, if it lives still."""
        with suppress(ProcessLookupError, IndexError):
            os.kill(self.pids[0], signal.SIGKILL)
            return True
        return False

    def stop(self) -> None:
        """The end of all of them."""
        os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait(timeout=20)
        self._listener.join(timeout=20)


@contextmanager
def servers(log: Path) -> Iterator[Servers]:
    """They are up when the block is entered, and gone when it is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Servers(port, log)
    try:
        deadline = time.monotonic() + 120
        while len(running.pids) < 2:
            assert time.monotonic() < deadline, log.read_text()[-3000:]
            time.sleep(0.05)
        yield running
    finally:
        running.stop()


class Sender(threading.Thread):
    """A browser's script: sends each batch until it is acknowledged."""

    def __init__(self, port: int, queue: deque[bytes], acknowledged: list[bytes], cut_off: list[int]) -> None:
        super().__init__(daemon=True)
        self.port, self.queue, self.acknowledged, self.cut_off = port, queue, acknowledged, cut_off

    def run(self) -> None:
        """Until the queue is empty."""
        while True:
            try:
                body = self.queue.popleft()
            except IndexError:
                return
            while self._post(body) != 204:
                pass
            self.acknowledged.append(body)

    def _post(self, body: bytes) -> int:
        cookie = signing.Signer(salt="personalization.visitor").sign(str(uuid.uuid4()))
        headers = {"User-Agent": CHROME, "Content-Type": "text/plain", "Cookie": f"pz_vid={cookie}"}
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            there.request("POST", ADDRESS, body, headers)
            return there.getresponse().status
        except (OSError, http.client.HTTPException):
            self.cut_off.append(1)
            return 0
        finally:
            there.close()


def batches(number: int, *, chance: random.Random) -> tuple[list[bytes], set[str]]:
    """That many events in shuffled batches; a fifth of them is sent once more in other company."""
    events = [event() for _ in range(number)]
    again = chance.sample(events, number // 5)
    queue = events + again
    chance.shuffle(queue)
    bodies = [json.dumps({"v": 1, "events": queue[at : at + BATCH]}).encode() for at in range(0, len(queue), BATCH)]
    return bodies, {one["id"] for one in events}


def nothing_is_lost(number: int, log: Path) -> None:
    """The whole story, for so many events."""
    chance = random.Random(SEED)
    bodies, ids = batches(number, chance=chance)
    queue, acknowledged, cut_off, kills = deque(bodies), [], [], 0
    with servers(log) as running:
        senders = [Sender(running.port, queue, acknowledged, cut_off) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        # Spread over the whole run, each at a moment of its own.
        turns = sorted(chance.sample(range(len(bodies) // 20, len(bodies) * 9 // 10), KILLS))
        while any(sender.is_alive() for sender in senders):
            if turns and len(acknowledged) >= turns[0] and running.kill_one():
                turns.pop(0)
                kills += 1
            time.sleep(0.005)
    assert kills == KILLS
    # The faults really happened: requests were cut off, and some had to be sent again.
    assert cut_off
    assert sorted(acknowledged) == sorted(bodies)
    stored = {str(one) for one in Event.objects.filter(kind="custom").values_list("pk", flat=True).iterator()}
    assert stored == ids
    assert Event.objects.filter(kind="custom").count() == number
    told = [(one.details, bytes(one.body)[:60]) for one in QuarantinedPayload.objects.all()[:5]]
    assert not told, log.read_text()[-3000:]
    sums = counted()
    assert sums["stored"] == number
    assert sums["doubled"] >= number // 5
    assert set(sums) == {"received", "stored", "doubled"}


def test_every_acknowledged_event_is_stored_once_while_servers_are_killed(tmp_path):
    nothing_is_lost(20_000, tmp_path / "log")


@pytest.mark.long
def test_so_it_is_with_a_million(tmp_path):
    nothing_is_lost(1_000_000, tmp_path / "log")
