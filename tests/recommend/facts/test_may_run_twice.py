"""Promise 7: a look that runs twice, at once, or dies in the middle leaves what one clean look leaves."""

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
from personalization.jobs.models import JobRun
from personalization.recommend.facts import refresh
from personalization.recommend.facts.models import PriceChange, ProductFact
from tests import people
from tests.people import NOW
from tests.recommend.facts.conftest import costs, holds

pytestmark = pytest.mark.usefixtures("news")
JOBS = ("refresh_facts", "refresh_all_facts")
DAY, LATER = timedelta(days=1), timedelta(minutes=2)
# Twelve goods in four chunks and what is compared at the end.
SMALL_CHUNK, LOOKS = 3, 4
COLUMNS = (
    "product_id", "category_ids", "attributes", "price", "usual_price", "is_buyable", "left", "listed_at",
    "price_place", "usual_gap_days",
)  # fmt: skip


@pytest.fixture(params=JOBS)
def job(request) -> str:
    return request.param


@pytest.fixture
def news(open_shop, monkeypatch):
    """Yesterday everything was seen; since then prices fell, goods sold out, came back, came new and went."""
    monkeypatch.setattr(refresh, "CHUNK", SMALL_CHUNK)
    with time_machine.travel(NOW - DAY, tick=False):
        tasks.refresh_all_facts()
    with time_machine.travel(NOW - timedelta(minutes=3), tick=False):
        for title in ("oat milk", "honey", "sponge"):
            costs(open_shop[title], "0.50")
        holds(open_shop["candles"], 0)
        holds(open_shop["advent calendar"], 7)
        people.product("jam", category=open_shop.categories["Breakfast"])
        open_shop["butter"].is_public = False
        open_shop["butter"].save()


def run(job: str, *, at=NOW) -> object:
    with time_machine.travel(at, tick=False):
        return getattr(tasks, job)()


def tables() -> tuple:
    """All that a look writes, without its hour."""
    return (
        list(ProductFact.objects.order_by("pk").values_list(*COLUMNS)),
        list(ProductFact.objects.filter(restocked_at=None).order_by("pk").values_list("pk", flat=True)),
        sorted(PriceChange.objects.values_list("product_id", "before", "price")),
    )


def as_before(state: tuple) -> None:
    """The tables as they were yesterday."""
    facts, changes = state
    for model, rows in ((ProductFact, facts), (PriceChange, changes)):
        model.objects.all().delete()
        model.objects.bulk_create(rows)
    JobRun.objects.filter(started_at__gte=NOW).delete()


def state() -> tuple:
    return list(ProductFact.objects.all()), list(PriceChange.objects.all())


def clean_run(job: str) -> tuple:
    """What one undisturbed look leaves; afterwards nothing has happened."""
    yesterday = state()
    run(job)
    left = tables()
    as_before(yesterday)
    assert tables() != left
    return left


def test_there_is_news_of_every_kind(job):
    before = ProductFact.objects.count()
    done = run(job)
    assert (done["prices"], done["gone"]) == (3, 1)
    assert ProductFact.objects.count() == before
    assert ProductFact.objects.filter(restocked_at=NOW).count() == 1


def test_a_second_message_in_the_same_period_changes_nothing(job):
    run(job)
    once = tables()
    assert run(job) is None
    assert tables() == once


def test_looking_again_finds_nothing_new(job):
    run(job)
    once = tables()
    again = run(job, at=NOW + DAY)
    assert (again["prices"], again["gone"]) == (0, 0)
    assert tables() == once


def test_two_workers_with_the_same_message_leave_what_one_leaves(job):
    expected, door = clean_run(job), Barrier(2)
    assert sorted(_at_once(door, job, job), key=str)[0] is None or JobRun.objects.filter(started_at=NOW).count() == 1
    assert tables() == expected


def test_both_looks_at_once_leave_what_one_leaves():
    expected = clean_run("refresh_all_facts")
    for _ in range(3):
        yesterday, door = state(), Barrier(2)
        summaries = _at_once(door, *JOBS)
        assert None not in summaries
        # Whichever comes first notes a change; nobody notes it twice.
        assert sum(one["prices"] for one in summaries) == 3
        assert tables() == expected
        as_before(yesterday)


def _at_once(door: Barrier, *jobs: str) -> list:
    def worker(job: str) -> object:
        try:
            door.wait()
            return getattr(tasks, job)()
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(len(jobs)) as workers:
        return list(workers.map(worker, jobs))


@pytest.mark.parametrize("looks", range(1, LOOKS + 1))
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_worker_killed_in_the_middle_is_made_good_by_the_next(job, looks, where):
    expected, before = clean_run(job), tables()
    # Seven goods of the news make three chunks of the quick look.
    looks = min(looks, 3) if job == "refresh_facts" else looks

    _killed_at(job, looks, where)

    assert (tables() == before) == (looks == 1), "whole chunks are there, and no part of one"
    assert run(job) is None, "its lease has not run out"
    assert run(job, at=NOW + LATER) is not None
    assert tables() == expected


def _killed_at(job: str, looks: int, where: str) -> None:
    """Runs the job in a process of its own, which dies around that chunk's writing, before it is committed."""
    done, write = [], refresh.write

    def deadly(found, *, now) -> None:
        done.append(found)
        if where == "after":
            write(found, now=now)
        if len(done) == looks:
            os.kill(os.getpid(), signal.SIGKILL)
        if where == "before":
            write(found, now=now)

    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            with mock.patch.object(refresh, "write", deadly):
                run(job)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
