"""A job that fails keeps its error for weeks: the row that PostgreSQL quotes in it may name somebody: it stays out."""

import uuid
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from personalization import tasks
from personalization.events.models import Event, Visitor
from personalization.jobs.models import JobRun
from personalization.recommend.models import TrainingRun
from personalization.recommend.scorecards.models import Scorecard
from tests.events.erasure.search import found

ANNA = uuid.UUID("0199d3c1-0000-7000-8000-00000000a22a")


def twice(*args: Any, **kwargs: Any) -> None:
    """The same visitor a second time: PostgreSQL says her id."""
    now = timezone.now()
    for _ in range(2):
        Visitor.objects.create(pk=ANNA, first_seen_at=now, last_seen_at=now)


def half(*args: Any, **kwargs: Any) -> None:
    """An event without its kind: PostgreSQL says the whole row."""
    Event.objects.create(pk=uuid.uuid4(), kind=None, happened_at=timezone.now(), visitor_id=ANNA)


@pytest.mark.parametrize("fault", [twice, half])
def test_what_the_database_says_does_name_somebody(db: None, fault: Callable[[], None]) -> None:
    with pytest.raises(IntegrityError, match=str(ANNA)), transaction.atomic():
        fault()


@pytest.mark.parametrize(
    ("task", "place"),
    [
        (tasks.sweep_orders, "personalization.tasks.sweep"),
        (tasks.work_off_training, "personalization.recommend.train.job.read_log"),
        (tasks.work_off_scorecards_task, "personalization.recommend.evaluate.job.own_history"),
    ],
    ids=["a job", "a training", "a scorecard"],
)
def test_what_a_job_keeps_of_it_does_not(db: None, task: Any, place: str) -> None:
    now = timezone.now()
    TrainingRun.objects.create(asked_by="test", asked_at=now)
    Scorecard.objects.create(asked_by="test", asked_at=now)

    def fail(*args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            half()

    with mock.patch(place, fail):
        if task is tasks.sweep_orders:
            with pytest.raises(IntegrityError):
                task()
        else:
            task()
    assert "constraint" in JobRun.objects.get().error, "it still says what was wrong"
    assert found([str(ANNA)]) == []
