"""Promises 8 and 9: however many schedulers there are, and whatever becomes of the broker, each turn is done once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from celery import Celery
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from personalization.events.models import Event
from tests.worker.brokers import Redis
from tests.worker.processes import environment, kill, running, wait_until
from tests.worker.ticking import DONE, MESSAGE

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.timeout(400),
]
WORKER = ("worker", "-c", "1", "-l", "INFO", "--without-mingle", "--without-gossip", "-I", "tests.worker.ticking")
BEAT = ("beat", "-l", "INFO", "--max-interval", "1")
RETURN = 15
# Two of these periods belong to a machine that is not busy with other tests.
PERIODS = 2
BURDEN = 4  # messages for each turn, sent by others than the scheduler


def turns(kind: str) -> list[str]:
    return list(Event.objects.filter(kind=kind).values_list("payload__period", flat=True))


def longest_gap(periods: set[str]) -> int:
    seconds = sorted(int(datetime.fromisoformat(period).timestamp()) for period in periods)
    return max((later - earlier - 1 for earlier, later in pairwise(seconds)), default=0)


@pytest.fixture
def every_second(transactional_db: None) -> None:
    interval, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(name="tick", task="tests.tick", interval=interval)


def three_schedulers(tmp_path: Path, periods: int, *, gap: int) -> None:
    log, env = tmp_path / "log", environment("filesystem://", tmp_path)
    with ExitStack() as stack:
        stack.enter_context(running(*WORKER, env=env, log=log))
        beats = [
            stack.enter_context(running(*BEAT, "--pidfile", str(tmp_path / f"{n}.pid"), env=env, log=log))
            for n in range(3)
        ]
        wait_until(lambda: len(set(turns(DONE))) >= periods // 2, what="half of the turns", log=log)
        kill(beats[0])
        wait_until(lambda: len(set(turns(DONE))) >= periods, what="all turns", log=log)
    assert len(turns(MESSAGE)) > 1.3 * len(set(turns(MESSAGE))), "several schedulers did send the same turn"
    assert max(Counter(turns(DONE)).values()) == 1
    assert longest_gap(set(turns(DONE))) <= gap


def test_three_schedulers_make_one_schedule(every_second: None, tmp_path: Path) -> None:
    three_schedulers(tmp_path, 8, gap=3 * PERIODS)


@pytest.mark.long
def test_three_schedulers_make_one_schedule_for_sixty_turns(every_second: None, tmp_path: Path) -> None:
    three_schedulers(tmp_path, 60, gap=PERIODS)


@contextmanager
def burden(broker: Redis) -> Iterator[list[int]]:
    """Others who publish too, as fast as the worker may take it, whether the broker is there or not; how many came."""
    over, sent = threading.Event(), [0]
    app = Celery("burden", broker=broker.address)
    app.conf.broker_transport_options = {"socket_timeout": 1, "socket_connect_timeout": 1}

    def publish() -> None:
        while not over.wait(1 / BURDEN):
            with suppress(Exception):
                app.send_task("tests.tick", retry=False)
                sent[0] += 1
        app.close()

    thread = threading.Thread(target=publish, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        thread.join(timeout=30)


def a_broker_that_dies(tmp_path: Path, times: int, *, after_flush: float) -> None:
    log = tmp_path / "log"
    with ExitStack() as stack:
        broker = stack.enter_context(Redis(tmp_path))
        env = environment(broker.address, tmp_path)
        stack.enter_context(running(*WORKER, env=env, log=log))
        stack.enter_context(running(*BEAT, env=env, log=log))
        wait_until(lambda: bool(turns(DONE)), what="the first turn", log=log)
        with burden(broker) as sent:
            for _ in range(times):
                broker.shoot()
                broker.start()
                done, came = len(turns(DONE)), sent[0]
                wait_until(lambda done=done: len(turns(DONE)) > done + 1, what="work again", log=log, patience=RETURN)
                wait_until(lambda came=came: sent[0] > came, what="others publish too", log=log, patience=RETURN)
            broker.forget_everything()
            done = len(turns(DONE))
            wait_until(lambda: len(turns(DONE)) > done, what="work after FLUSH", log=log, patience=after_flush)
        wait_until(lambda: broker.waiting() == 0, what="nothing waits any more", log=log, patience=RETURN)
    assert len(turns(MESSAGE)) > 1.3 * len(set(turns(MESSAGE))), "it was under load"
    assert max(Counter(turns(DONE)).values()) == 1


def test_a_broker_that_dies_twice_is_found_again_without_a_restart(every_second: None, tmp_path: Path) -> None:
    a_broker_that_dies(tmp_path, 2, after_flush=3 * PERIODS)


@pytest.mark.long
def test_a_broker_that_dies_ten_times_is_found_again(every_second: None, tmp_path: Path) -> None:
    # To the end of the second turn after it.
    a_broker_that_dies(tmp_path, 10, after_flush=PERIODS + 1)


def test_the_gap_is_measured_in_missing_turns() -> None:
    start = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
    periods = {(start + timedelta(seconds=n)).isoformat() for n in (0, 1, 4)}
    assert longest_gap(periods) == 2
