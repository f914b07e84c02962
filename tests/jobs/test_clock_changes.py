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
from personalization.recommend.models import TrainingRun

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


@pytest.mark.parametrize("jump", [timedelta(minutes=-10), timedelta(minutes=10)], ids=["back", "ahead"])
def test_a_clock_that_jumps_does_no_job_twice(db, jump):
    night = datetime(2026, 10, 25, 3, 0, 5, tzinfo=UTC)
    for moment in (night, night + jump, night + timedelta(minutes=10)):
        if moment.hour == night.hour:
            with time_machine.travel(moment, tick=False):
                tasks.train()
    assert TrainingRun.objects.count() == 1
    with time_machine.travel(night + timedelta(days=1), tick=False):
        tasks.train()
    assert JobRun.objects.filter(job="ask for training").count() == 2
