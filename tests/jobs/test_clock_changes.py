"""Promise 10: a night of 23 or 25 hours, or a clock that jumps, moves no job and doubles none."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django_celery_beat.models import PeriodicTask

from personalization import tasks
from personalization.jobs.models import JobRun
from personalization.jobs.schedule import SCHEDULE, make_schedule

DAILY = [job for job in SCHEDULE if job.hour is not None]
ZONES = ("Europe/Kyiv", "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe")
# Ten days round each change of the clocks in 2026, in the north and in the south.
SPANS = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 4), (3, 25), (4, 1), (9, 30), (10, 21), (10, 28))
]
STEP = timedelta(minutes=15)
DAYS = 9


def due_moments(task: PeriodicTask, start: datetime) -> Iterator[datetime]:
    """What a scheduler that looks every quarter of an hour would send."""
    last = start
    for number in range(DAYS * 96):
        moment = start + number * STEP
        with time_machine.travel(moment, tick=False):
            if task.schedule.is_due(last).is_due:
                last = moment
                yield moment


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", SPANS, ids=lambda start: f"{start:%m-%d}")
@pytest.mark.parametrize("job", DAILY, ids=lambda job: job.name)
def test_a_daily_job_comes_once_a_day_on_the_shop_s_calendar(db, settings, zone, start, job):
    settings.TIME_ZONE = settings.CELERY_TIMEZONE = zone
    make_schedule()
    task = PeriodicTask.objects.get(task=job.task)
    moments = list(due_moments(task, start + timedelta(hours=12)))
    local = Counter(moment.astimezone(ZoneInfo(zone)).date() for moment in moments)
    assert set(local.values()) == {1}
    assert len(local) in (DAYS - 1, DAYS)
    assert {moment.hour for moment in moments} == {job.hour}


TASKS = {
    "refresh_all_facts": tasks.refresh_all_facts, "prune": tasks.prune_task, "make_partitions": tasks.make_partitions,
    "group_shoppers": tasks.group_shoppers_task, "rebuild_profiles": tasks.rebuild_profiles, "train": tasks.train,
    "ask_for_scorecard": tasks.ask_for_scorecard,
    "refresh_all_segments": tasks.refresh_all_segments, "predict": tasks.predict,
    "cluster_shoppers": tasks.cluster_shoppers_task,
}  # fmt: skip
MINUTES = [timedelta(minutes=number) for number in range(-20, 31)]
# Ten minutes before the hour of the job, at it, and ten minutes after it: there the clock jumps.
JUMPS = [(at, by) for at in (-10, -1, 0, 1, 10) for by in (-10, 10)]


def jumping(hour: datetime, *, at: int, by: int) -> Iterator[datetime]:
    """What the clock of the machine says, minute by minute."""
    jump = timedelta(0)
    for after in MINUTES:
        yield hour + after + jump
        if after == timedelta(minutes=at):
            jump = timedelta(minutes=by)


def sent(task: PeriodicTask, clock: Iterator[datetime], *, last: datetime) -> Iterator[datetime]:
    """When the scheduler sends, by that clock: it knows nothing of claims."""
    for moment in clock:
        with time_machine.travel(moment, tick=False):
            if task.schedule.is_due(last).is_due:
                last = moment
                yield moment


@pytest.mark.parametrize("job", DAILY, ids=lambda job: job.name)
def test_a_clock_that_jumps_does_each_job_once_a_day(db, job):
    make_schedule()
    task, hour = PeriodicTask.objects.get(task=job.task), datetime(2026, 10, 25, job.hour, tzinfo=UTC)
    day = timedelta(days=1)
    nights = 3 if job.every == timedelta(days=1) else 1
    for at, by in JUMPS:
        messages = list(sent(task, jumping(hour, at=at, by=by), last=hour - timedelta(days=1)))
        assert messages, "the night is not skipped"
        # The clock may also jump between the sending and the doing.
        for moment in (hour - day, *messages, *(one + timedelta(minutes=by) for one in messages), hour + day):
            with time_machine.travel(moment, tick=False):
                TASKS[job.name]()
        runs = JobRun.objects.filter(job=job.run)
        assert list(runs.values_list("status", "attempts")) == [("done", 1)] * nights, (at, by, messages)
        runs.delete()


def test_no_daily_job_is_left_out():
    assert set(TASKS) == {job.name for job in DAILY}
