"""PostgreSQL quotes whole rows in its errors, and a row may name somebody: no job keeps them, and no log has them."""

import traceback
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from personalization import tasks
from personalization.events.models import Event, Visitor
from personalization.guard import guarded
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


# --- the shop's log ---------------------------------------------------------------------------------------------------


def in_a_transaction(fault: Callable[[], None], **_: Any) -> None:
    with transaction.atomic():
        fault()


def reworded() -> None:
    """What the shop's own code may make of it, in words of its own."""
    try:
        in_a_transaction(half)
    except IntegrityError as error:
        raise LookupError("the till is full") from error


def swallowed() -> None:
    """Another fault while the first one is looked after."""
    try:
        in_a_transaction(twice)
    except IntegrityError:
        raise KeyError("shelf") from None


def misread() -> None:
    """A word that is no number: here the first sentence itself quotes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::bigint", [str(ANNA)])


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All that a line of the log says, as the shop's handler writes it, or one that looks at the error by itself."""
    (line,) = [one for one in caplog.records if one.name == "personalization"]
    assert line.exc_info is not None
    return caplog.text + "".join(traceback.format_exception(line.exc_info[1])) + chain(line.exc_info[1])


def chain(error: BaseException | None) -> str:
    """What stands in an error, in what led to it, and in the driver's own knowledge of it."""
    if error is None:
        return ""
    details = getattr(getattr(error, "diag", None), "message_detail", "")
    return f"{error!r} {vars(error)!r} {details}{chain(error.__cause__)}{chain(error.__context__)}"


@pytest.mark.parametrize("fault", [twice, half, reworded, swallowed, misread])
def test_the_log_says_where_and_what_and_names_nobody(
    db: None, caplog: pytest.LogCaptureFixture, fault: Callable[[], None]
) -> None:
    guarded(partial(in_a_transaction, fault), doing="testing", fallback=None)
    told = logged(caplog)
    assert str(ANNA) not in told
    assert fault.__name__ in told, "the frames are those of the fault"
    known = {"twice": "duplicate key value", "half": "not-null constraint", "reworded": "the till is full",
             "swallowed": "shelf", "misread": "invalid input syntax for type bigint"}  # fmt: skip
    assert known[fault.__name__] in told


def test_an_error_that_quotes_nothing_is_logged_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    error = ValueError("a plain one")
    guarded(partial(_raise, error), doing="testing", fallback=None)
    (line,) = [one for one in caplog.records if one.name == "personalization"]
    assert line.exc_info is not None
    assert line.exc_info[1] is error


def test_an_error_that_leads_to_itself_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    error, other = ValueError("first"), ValueError("second")
    error.__cause__, other.__cause__ = other, error
    guarded(partial(_raise, error), doing="testing", fallback=None)
    assert "first" in caplog.text
    assert "second" in caplog.text


def _raise(error: Exception) -> None:
    raise error


def test_what_celery_is_told_of_a_failed_job_names_nobody(db: None) -> None:
    with (
        mock.patch("personalization.tasks.sweep", partial(in_a_transaction, half)),
        pytest.raises(IntegrityError) as raised,
    ):
        tasks.sweep_orders()
    assert str(ANNA) not in "".join(traceback.format_exception(raised.value)) + chain(raised.value)
    assert "half" in "".join(traceback.format_exception(raised.value))
