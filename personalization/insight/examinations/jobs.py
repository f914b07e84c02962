"""Is there a worker, is there a clock, and is each job done in time?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_celery_beat.models import PeriodicTask

from personalization.insight.finding import Examination, Finding, examinations, fault, fine, note, warning
from personalization.jobs.back_office import ago
from personalization.jobs.life import WORKER, sign_of_life
from personalization.jobs.models import JobRun
from personalization.jobs.schedule import SCHEDULE, Scheduled
from personalization.jobs.wording import job_name

DAY = timedelta(days=1)
BOOTSTRAP = "manage.py personalization_bootstrap --no-import"
# A job that missed two turns is late; one may fall to a long training in a worker of one process.
TURNS = 3


@examinations.register
class Jobs(Examination):
    """Worker, schedule, lag, failures."""

    name, label = "jobs", gettext_lazy("Jobs")

    def findings(self, now: datetime) -> Iterable[Finding]:
        """The worker first: without one all else is late."""
        yield _worker(now)
        rows = {row.task: row for row in PeriodicTask.objects.filter(task__startswith="personalization.")}
        done = dict(JobRun.objects.filter(status="done").values_list("job").annotate(last=Max("finished_at")))
        began = JobRun.objects.aggregate(first=Min("started_at"))["first"] or now
        for job in SCHEDULE:
            yield from _on_schedule(job, rows.get(job.task))
            if job.run:
                yield _lag(job, done.get(job.run), now, began=began)
        yield from _failed(now)


def _worker(now: datetime) -> Finding:
    life = sign_of_life(now=now)
    if life.is_alive:
        told = _("The worker is alive: last sign %(when)s.") % {"when": ago(life.last_sign, now=now)}
        return fine(told, about="worker", figures=_age(life.last_sign, now))
    fix = _("Start it, and let your service manager keep it running.")
    if life.last_sign is None:
        return fault(_("No worker has ever given a sign."), fix=fix, command=WORKER, about="worker")
    told = _("The worker does not answer: last sign %(when)s.") % {"when": ago(life.last_sign, now=now)}
    return fault(told, fix=fix, command=WORKER, about="worker", figures=_age(life.last_sign, now))


def _on_schedule(job: Scheduled, row: PeriodicTask | None) -> Iterable[Finding]:
    if row is None:
        told = _("The job %(name)s is not on the schedule.") % {"name": job.task}
        yield fault(told, fix=_("Put it there."), command=BOOTSTRAP, about=job.name)
    elif not row.enabled:
        url = reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])
        yield warning(
            _("The job %(name)s is switched off.") % {"name": job.task},
            fix=_("Switch it on again."),
            url=url,
            about=job.name,
        )


def _lag(job: Scheduled, last: datetime | None, now: datetime, *, began: datetime) -> Finding:
    """`began`: since when there have been jobs at all, for a job that was never done."""
    name = job_name(JobRun(job=job.run))
    if last is None and now - began > TURNS * job.every:
        told = _("%(job)s: never done, although its time has come.") % {"job": name}
        return warning(told, fix=_("Are the worker and beat running? See the job runs."), url=_runs(), about=job.name)
    if last is None:
        told = _("%(job)s: not done yet.") % {"job": name}
        return note(told, fix=_("It is done when its time comes."), about=job.name)
    about: dict[str, Any] = {"about": job.name, "figures": _age(last, now)}
    words = {"job": name, "when": ago(last, now=now)}
    if now - last > TURNS * job.every:
        told = _("%(job)s: last done %(when)s, that is late.") % words
        return warning(told, fix=_("Are the worker and beat running? See the job runs."), url=_runs(), **about)
    return fine(_("%(job)s: last done %(when)s.") % words, **about)


def _age(last: datetime | None, now: datetime) -> dict[str, float]:
    return {} if last is None else {"age_seconds": (now - last).total_seconds()}


def _failed(now: datetime) -> Iterable[Finding]:
    count = JobRun.objects.filter(status=JobRun.Status.FAILED, started_at__gte=now - DAY).count()
    if count:
        told = ngettext("%(n)s job failed in 24 hours.", "%(n)s jobs failed in 24 hours.", count)
        url = _runs() + "?status__exact=failed"
        yield warning(told % {"n": count}, fix=_("Read what went wrong."), url=url, figures={"count": count})


def _runs() -> str:
    return reverse("admin:personalization_jobrun_changelist")
