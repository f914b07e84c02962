"""In which segments somebody is, asked during a request: ours and wagtail-personalisation's, turn about.

Each has as many segments, of one rule about the number of visits each. The peer runs in a process of its own with its
own settings, on the same server; `--peer` names a Python that has it, if this one has not (`pip install` the extra
`bench`).
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.person import Person
from personalization.people.rules.rule import Visit
from personalization.people.segments.members import recount
from personalization.people.segments.models import Segment
from personalization.people.segments.now import Standing, kept
from shop_demo.bench.people.fill import settle
from shop_demo.bench.people.stage import Stage
from shop_demo.bench.people.trees import rule
from shop_demo.bench.serving_database import database

SEGMENTS = (1, 10, 50, 100, 500)
REQUESTS, MOST_QUERIES = 100, 2
# Theirs take so long that fewer say the same.
THEIR_QUERIES = 5000
NAMED = "standing: "
PEER = Path(__file__).with_name("standing_peer.py")
PEER_DATABASE = "bench_people_peer"


@dataclass(frozen=True)
class Cost:
    """Of one request: queries, and the middle of all times. `first` is what a process pays when segments changed."""

    queries: int
    first: int
    milliseconds: float


def measure(stage: Stage) -> None:
    """For each number of segments: theirs, and ours."""
    for number in SEGMENTS:
        theirs, ours = _theirs(stage.peer, number), _ours(number)
        told = f"{ours.queries} queries ({ours.first} after a change)"
        stage.put(f"{number} segments on a request: ours", [ours.milliseconds / 1000], told=told)
        if theirs:
            line = f"{number} segments on a request: wagtail-personalisation"
            stage.put(line, [theirs.milliseconds / 1000], told=f"{theirs.queries} queries")
        if ours.first > MOST_QUERIES:
            raise RuntimeError(f"{ours.first} queries are more than {MOST_QUERIES}.")


def _ours(number: int) -> Cost:
    try:
        for turn in range(number):
            # Every other one holds.
            one = Segment.objects.create(name=f"{NAMED}{turn}", tree=rule("visit_number", least=1 + turn % 2 * 9))
            recount(one, now=one.created_at)
        # Nobody makes five hundred at once.
        settle("personalization_segment, personalization_segmentclock")
        person, visit = Person(user_id=1), Visit(number=5)

        def ask() -> None:
            held = Standing.of(person, visit).all_held()
            if len(held) < (number + 1) // 2:
                raise RuntimeError(f"{len(held)} of {number} segments hold.")

        kept.forget()
        return Cost(first=_queries(ask), queries=_queries(ask), milliseconds=_middle(ask))
    finally:
        Segment.objects.filter(name__startswith=NAMED).delete()


def _queries(ask: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as found:
        ask()
    return len(found)


def _middle(ask: Callable[[], None]) -> float:
    taken = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def _theirs(python: str, number: int) -> Cost | None:
    with database(PEER_DATABASE, is_dropped=False):
        connection.ensure_connection()
        address = {"host": connection.connection.info.host, "port": connection.connection.info.port,
                   "user": connection.connection.info.user, "name": PEER_DATABASE}  # fmt: skip
    rounds = max(3, THEIR_QUERIES // (10 * number))
    ran = subprocess.run(
        [python or sys.executable, str(PEER), json.dumps(address), str(number), str(rounds)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode == NOT_INSTALLED:
        return None
    if ran.returncode:
        raise RuntimeError(f"wagtail-personalisation failed: {ran.stderr[-2000:]}")
    told = json.loads(ran.stdout.splitlines()[-1])
    return Cost(queries=told["queries"], first=told["queries"], milliseconds=told["milliseconds"])


NOT_INSTALLED = 3
