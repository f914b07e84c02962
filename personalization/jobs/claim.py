"""Doing each period of a job once, however many messages, workers and schedulers there are."""

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from personalization.conf import conf
from personalization.guard.failure import discreet, kind_and_message_of
from personalization.jobs.models import JobRun

logger = logging.getLogger("personalization")
Summary = dict[str, Any]


KEPT = timedelta(days=35)


class LostClaim(RuntimeError):
    """This worker was taken for dead and another one does the job: whatever it has in hand is dropped."""


@dataclass(frozen=True)
class Claim:
    """The right to do one period of a job, until another worker takes it over."""

    run_id: int
    token: uuid.UUID

    def hold(self) -> None:
        """Locks the claim until the transaction in hand commits: nobody takes it over before. Raises LostClaim."""
        if (
            not JobRun.objects.select_for_update()
            .filter(pk=self.run_id, token=self.token, status=JobRun.Status.RUNNING)
            .exists()
        ):
            raise LostClaim(LostClaim.__doc__)


def period_of(now: datetime, *, every: timedelta) -> str:
    """The period that `now` falls in, named by its start in UTC: clock changes move nothing."""
    seconds = int(every.total_seconds())
    start = int(now.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(start, UTC).isoformat()


def once(job: str, *, period: str, action: Callable[[Claim], Summary], now: datetime | None = None) -> Summary | None:
    """Runs the action unless this period is done or in work elsewhere; gives its summary, or None if it did not run.

    A failing action leaves its error in the row and is raised; the next call tries again, up to JOB_ATTEMPTS times.
    """
    claimed = claim(job, period=period, now=now or timezone.now())
    if claimed is None:
        return None
    try:
        with _Heartbeat(claimed):
            summary = action(Claim(claimed.pk, claimed.token))
    except BaseException as error:
        _finish(claimed, status=JobRun.Status.FAILED, error=kind_and_message_of(error))
        # Celery writes it into its own log; raised out here, it does not lead back to the one that quotes a row.
        failure = discreet(error)
    else:
        _finish(claimed, status=JobRun.Status.DONE, summary=summary)
        return summary
    raise failure


def claim(job: str, *, period: str, now: datetime) -> JobRun | None:
    """The row of this period if it is ours to do now: new, failed, or left by a worker that died."""
    token, lease_until = uuid.uuid4(), now + conf.LEASE
    with suppress(IntegrityError), transaction.atomic():
        return JobRun.objects.create(job=job, period=period, token=token, started_at=now, lease_until=lease_until)
    taken = (
        JobRun.objects.filter(job=job, period=period, attempts__lt=conf.JOB_ATTEMPTS)
        .filter(Q(status=JobRun.Status.FAILED) | Q(status=JobRun.Status.RUNNING, lease_until__lt=now))
        .update(
            status=JobRun.Status.RUNNING,
            attempts=F("attempts") + 1,
            token=token,
            started_at=now,
            lease_until=lease_until,
            error="",
        )
    )
    if taken:
        return JobRun.objects.get(job=job, period=period)
    _give_up(job, period=period, now=now)
    return None


def _give_up(job: str, *, period: str, now: datetime) -> None:
    # A worker killed in the last attempt can't say so itself; without this the row would look at work for ever.
    dead = JobRun.objects.filter(job=job, period=period, status=JobRun.Status.RUNNING, lease_until__lt=now)
    dead.filter(attempts__gte=conf.JOB_ATTEMPTS).update(
        status=JobRun.Status.FAILED, error="The worker died, in this attempt as in those before.", finished_at=now
    )


def clear_old_runs(now: datetime) -> int:
    """Forgets periods that nobody will ask about again; gives how many."""
    old = JobRun.objects.filter(started_at__lt=now - KEPT).exclude(status=JobRun.Status.RUNNING)
    return old.delete()[0]


def _finish(claimed: JobRun, *, status: JobRun.Status, summary: Summary | None = None, error: str = "") -> None:
    # Only the worker that holds the token may end the row: one that was taken for dead and comes back changes nothing.
    mine = JobRun.objects.filter(pk=claimed.pk, token=claimed.token)
    mine.update(status=status, summary=summary or {}, error=error[:2000], finished_at=timezone.now())


class _Heartbeat:
    """Renews the lease from a thread of its own while the work goes on."""

    def __init__(self, claimed: JobRun) -> None:
        self._claimed = claimed
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="personalization-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)

    def _renew(self) -> None:
        mine = JobRun.objects.filter(pk=self._claimed.pk, token=self._claimed.token)
        while not self._over.wait(conf.LEASE.total_seconds() / 3):
            try:
                mine.update(lease_until=timezone.now() + conf.LEASE)
            except DatabaseError:
                logger.exception("The lease of %s was not renewed; trying again", self._claimed)
            finally:
                # A connection that broke would stay broken; the next beat opens a new one.
                connection.close()
