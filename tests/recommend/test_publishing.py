"""Publishing is one flip: a reader meets one complete version, whoever dies in the middle."""

import os
import random
import signal
import threading
from contextlib import ExitStack

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from personalization.recommend.models import ItemVector, NeighbourList, ServedModel, ShopperList, TrainingRun
from personalization.recommend.tables import Tables
from personalization.recommend.train.answers import Lists, Neighbours, Vectors
from personalization.recommend.train.store import store
from personalization.recommend.versions import publish, served

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded"),
]
PRODUCTS = np.arange(1, 41, dtype=np.int64)
KILLS, READS, SEED = 20, 200, 11


def test_a_reader_meets_one_complete_version_while_others_are_published():
    first, second = _run(), _run()
    _store_and_publish(first)
    mixed, stop = [], threading.Event()
    readers = [threading.Thread(target=_read, args=(mixed, stop)) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(15):
        _store_and_publish(second)
        _store_and_publish(first)
    stop.set()
    for reader in readers:
        reader.join()
    assert mixed == []


def test_a_publisher_killed_anywhere_leaves_the_old_version_or_the_new_one():
    old = _run()
    _store_and_publish(old)
    chance, died = random.Random(SEED), 0
    for _ in range(KILLS):
        new = _run()
        died += _killed_at(chance.randrange(1, 14), lambda new=new: _store_and_publish(new))
        now_served = served()
        assert now_served in (old, new)
        assert _version_told() == now_served.pk
        assert NeighbourList.objects.filter(run=now_served).count() == len(PRODUCTS)
        old = now_served
    assert died >= KILLS // 2, "the kill must really happen"


def _run() -> TrainingRun:
    return TrainingRun.objects.create(asked_by="test", asked_at=timezone.now(), status=TrainingRun.Status.RUNNING)


def _store_and_publish(run: TrainingRun) -> None:
    """The tables of a version say its number everywhere, so that a mixture would show."""
    marks = np.full((len(PRODUCTS), 4), run.pk, dtype=np.int64)
    ones = np.ones(marks.shape)
    neighbours = Neighbours(PRODUCTS, marks, ones.astype(np.float32), ones.astype(np.int32))
    lists = Lists(PRODUCTS, marks, ones.astype(np.float32), ones.astype(np.uint8), marks)
    vectors = Vectors(PRODUCTS, np.ones((len(PRODUCTS), 8), np.float32), np.ones((len(PRODUCTS), 8), np.float32))
    with transaction.atomic():
        store(run.pk, neighbours={"together": neighbours}, lists={"next": lists}, vectors=vectors)
        publish(run, now=timezone.now())


def _version_told() -> int:
    told = {one.product_id for one in Tables().neighbours("together", PRODUCTS.tolist())}
    assert len(told) == 1
    return told.pop()


def _read(mixed: list, stop: threading.Event) -> None:
    try:
        for _ in range(READS):
            if stop.is_set():
                break
            tables = Tables()
            near = tables.neighbours("together", PRODUCTS.tolist())
            told = {one.product_id for one in near} | {one.product_id for one in tables.shopper_list(1)}
            if told != {tables.run_id} or len(near) != 4 * len(PRODUCTS):
                mixed.append((tables.run_id, told, len(near)))
    finally:
        connection.close()


def _killed_at(statement: int, action) -> int:
    """Runs the action in a process that kills itself before its n-th statement; 1 if it did."""
    connection.close()
    child = os.fork()
    if child == 0:
        count = iter(range(1, 10_000))

        def maybe_die(execute, sql, params, many, context):
            if next(count) == statement:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(maybe_die))
            action()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return int(os.WIFSIGNALED(status))


def test_a_version_leaves_nothing_behind_when_its_run_is_deleted():
    run = _run()
    _store_and_publish(run)
    ServedModel.objects.all().delete()
    run.delete()
    assert not any(model.objects.exists() for model in (NeighbourList, ShopperList, ItemVector))
