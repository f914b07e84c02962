"""Which jobs there are and when each is due: the one list that the schedule is made from and the doctor looks at."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


@dataclass(frozen=True)
class Scheduled:
    """A job on the schedule: at an hour of each day (UTC, so that clock changes move nothing), or every so often.

    `run` is the name under which its runs are claimed; empty for one that claims nothing when there is nothing to do.
    """

    name: str
    run: str = ""
    every: timedelta = timedelta(days=1)
    hour: int | None = None

    @property
    def task(self) -> str:
        """Its name for Celery."""
        return f"personalization.{self.name}"


SCHEDULE = (
    Scheduled("refresh_all_facts", "refresh all facts", hour=0),
    Scheduled("refresh_facts", "refresh facts", timedelta(minutes=5)),
    # Before the training: it reads the log for so long that no month could be dropped meanwhile.
    Scheduled("prune", "prune", hour=1),
    Scheduled("make_partitions", "make partitions", hour=2),
    Scheduled("group_shoppers", "group shoppers", hour=2),
    Scheduled("rebuild_profiles", "rebuild profiles", hour=2),
    Scheduled("train", "ask for training", hour=3),
    Scheduled("work_off_training", every=timedelta(seconds=15)),
    Scheduled("cluster_shoppers", "cluster shoppers", hour=6),
    Scheduled("predict", "ask for predictions", hour=6),
    Scheduled("work_off_predictions", every=timedelta(seconds=15)),
    Scheduled("ask_for_scorecard", "ask for scorecard", timedelta(days=7), hour=5),
    Scheduled("work_off_scorecards", every=timedelta(seconds=15)),
    Scheduled("refresh_rankings", "refresh rankings", timedelta(minutes=10)),
    Scheduled("refresh_bundles", "refresh bundles", timedelta(minutes=10)),
    Scheduled("refresh_searches", "refresh searches", timedelta(minutes=10)),
    Scheduled("refresh_profiles", "refresh profiles", timedelta(minutes=10)),
    Scheduled("follow_visits", "follow visits", timedelta(minutes=10)),
    # After the predictions of the night, which some of them ask for.
    Scheduled("refresh_all_segments", "refresh all segments", hour=5),
    Scheduled("refresh_segments", "refresh segments", timedelta(minutes=10)),
    # Between the segments that they ask for and the orders in which codes are used.
    Scheduled("issue_codes", "issue codes", timedelta(minutes=10)),
    Scheduled("keep_offers", "keep offers", timedelta(minutes=10)),
    Scheduled("send_letters", every=timedelta(seconds=15)),
    Scheduled("work_off_replays", every=timedelta(seconds=15)),
    Scheduled("sweep_orders", "sweep orders", timedelta(minutes=10)),
    Scheduled("mark_bots", "mark bots", timedelta(hours=1)),
    Scheduled("sum_days", "sum days", timedelta(hours=1)),
    Scheduled("look_at_weather", "look at weather", timedelta(minutes=30)),
    Scheduled("tell_health", "tell health", timedelta(minutes=10)),
)


@transaction.atomic
def make_schedule() -> int:
    """The rows of django-celery-beat; what the owner has changed stays as it is. Gives how many were new."""
    return sum(_make(job) for job in SCHEDULE)


def _make(job: Scheduled) -> bool:
    values: dict[str, Any] = {"task": job.task, "kwargs": json.dumps({})}
    if job.hour is not None:
        values["crontab"], _ = CrontabSchedule.objects.get_or_create(minute="0", hour=str(job.hour), timezone="UTC")
    else:
        seconds = int(job.every.total_seconds())
        values["interval"], _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
    is_new: bool
    _, is_new = PeriodicTask.objects.get_or_create(
        name=f"personalization: {job.name.replace('_', ' ')}", defaults=values
    )
    return is_new
