"""Rows that somebody asked for and a worker works off: the oldest first, each done once, and none tried for ever.

Such a row has `status` (waiting, running, done, failed), `error` and `finished_at`, and is written by `note` alone: a
worker that comes too late changes no other column.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model, QuerySet
from django.utils import timezone

from personalization.conf import conf
from personalization.guard.failure import kind_and_message_of
from personalization.jobs.claim import Claim, once
from personalization.jobs.models import JobRun

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
logger = logging.getLogger("personalization")


def work_off(
    model: type[Model],
    *,
    job: str,
    name: str,
    do: Callable[[Any, Claim], dict[str, Any]],
    now: datetime | None = None,
) -> dict[str, Any] | None:
    """Does the oldest that waits, or that a dead worker left; None when there is none to do.

    `name` is what one is called in the log and in the summary.
    """
    moment = now or timezone.now()
    for row in model._default_manager.filter(status__in=[WAITING, RUNNING]).order_by("pk"):
        if (last := worn_out(job, row, now=moment)) is not None:
            # The page says so, instead of "running".
            note(row, status=FAILED, error=last.error or "The worker died.", finished_at=moment)
            continue
        try:
            summary = once(job, period=str(row.pk), action=partial(do, row), now=moment)
        except Exception as error:
            logger.exception("%s %s failed", name, row.pk)
            note(row, status=FAILED, error=kind_and_message_of(error)[:500], finished_at=timezone.now())
            return {name: row.pk, "status": FAILED}
        if summary is not None:
            return summary
    return None


def worn_out(job: str, row: Model, *, now: datetime) -> JobRun | None:
    """The last try of a row whose worker died as often as it may; None while it may be tried."""
    last = JobRun.objects.filter(job=job, period=str(row.pk), attempts__gte=conf.JOB_ATTEMPTS).first()
    is_alive = last is not None and last.status == JobRun.Status.RUNNING and last.lease_until >= now
    return None if is_alive else last


def note(row: Model, **values: Any) -> None:
    """Writes these columns of it, and no other."""
    type(row)._default_manager.filter(pk=row.pk).update(**values)


def keep_newest(rows: QuerySet[Any, Any], count: int) -> None:
    """Of those that have ended so many stay."""
    old = rows.filter(status__in=[DONE, FAILED]).order_by("-pk").values_list("pk", flat=True)[count:]
    rows.model._default_manager.filter(pk__in=list(old)).delete()
