"""Is there a worker? The rows of its jobs are the signs that it lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from personalization.conf import conf
from personalization.jobs.models import JobRun

# The schedule has work every ten minutes: two such rounds missed are no accident.
SILENT_AFTER = timedelta(minutes=25)
LOOKED_AT = 20
# What starts one.
WORKER = "celery -A yourshop worker --beat"


@dataclass(frozen=True)
class Life:
    """When the worker last gave a sign, and whether that is recent."""

    last_sign: datetime | None
    is_alive: bool


def sign_of_life(*, now: datetime) -> Life:
    """The newest trace that any worker left in the jobs."""
    newest = JobRun.objects.order_by("-started_at")[:LOOKED_AT]
    last = max((_sign(run) for run in newest), default=None)
    return Life(last, last is not None and now - last < SILENT_AFTER)


def _sign(run: JobRun) -> datetime:
    if run.status == JobRun.Status.RUNNING:
        return max(run.lease_until - conf.LEASE, run.started_at)
    return max(run.finished_at or run.started_at, run.started_at)
