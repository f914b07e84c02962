"""Promise 7: a job that runs twice, at once, or dies in the middle leaves what one clean run leaves."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest import mock

import pytest
import time_machine
from django.db import connection

from personalization import tasks
from personalization.events.models import DailyFigure, Event
from personalization.events.partitions import DEFAULT, partitions
from personalization.jobs.models import JobRun
from personalization.recommend.models import RankedList
from tests import people
from tests.people import NOW

# A job, and the call in its middle at which its worker is killed.
JOBS = {
    "sweep_orders": "personalization.events.sweep.write",
    "refresh_rankings_task": "django.db.models.query.QuerySet.bulk_create",
    "make_partitions": "personalization.events.partitions.first_id",
    "sum_days_task": "personalization.events.days.lock",
}
LATER = NOW + timedelta(minutes=2)


@pytest.fixture(params=JOBS)
def job(request) -> str:
    return request.param


@pytest.fixture
def work(open_shop):
    """Orders that the log does not know yet; no month is ready."""
    anna = people.person("Anna")
    people.bought(anna, {open_shop["butter"]: 6}, at=NOW - timedelta(days=1))
    people.ordered(anna, {open_shop["oat milk"]: 3}, at=NOW - timedelta(days=1))
    cancelled = people.bought(anna, {open_shop["honey"]: 1}, at=NOW - timedelta(days=1))
    cancelled.set_status("Cancelled")
    yield
    with connection.cursor() as cursor:
        for name in partitions():
            if name != DEFAULT:
                cursor.execute(f"DROP TABLE {name}")


def run(job: str, *, at=NOW) -> object:
    with time_machine.travel(at, tick=False):
        return getattr(tasks, job)()


def tables() -> tuple:
    """All that the jobs write, without the hour."""
    return (
        sorted(Event.objects.values_list("id", "product_id", "quantity", "value", "user_id")),
        sorted(RankedList.objects.values_list("measure", "period", "category_id", "product_ids", "scores")),
        partitions(),
        sorted(DailyFigure.objects.values_list("day", "kind", "product_id", "block", "events", "people", "units")),
    )


def test_a_second_message_in_the_same_period_changes_nothing(work, job):
    assert run(job) is not None
    once = tables()
    assert run(job) is None
    assert tables() == once
    assert JobRun.objects.get().attempts == 1


def test_the_next_period_finds_nothing_left_to_do(work, job):
    run(job)
    once = tables()
    assert run(job, at=NOW + timedelta(days=1, minutes=10)) is not None
    if job != "refresh_rankings_task":
        assert tables()[0] == once[0]
    assert JobRun.objects.count() == 2


def test_two_workers_at_once_leave_what_one_leaves(work, job):
    door = Barrier(2)

    def worker(_: int) -> object:
        try:
            door.wait()
            return getattr(tasks, job)()
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(2) as workers:
        summaries = list(workers.map(worker, range(2)))
    assert summaries.count(None) == 1
    both = tables()
    JobRun.objects.all().delete()
    run(job)
    assert tables() == both


def test_a_worker_killed_in_the_middle_is_made_good_by_the_next(work, job):
    before = tables()

    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            with mock.patch(JOBS[job], die):
                run(job)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL

    assert tables() == before, "a day, a list or a month is there whole or not at all"
    assert run(job) is None, "its lease has not run out"
    assert run(job, at=LATER) is not None
    healed = tables()
    JobRun.objects.all().delete()
    run(job, at=LATER)
    assert tables() == healed != before
    assert JobRun.objects.get().status == "done"
