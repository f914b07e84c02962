"""The jobs in the admin: what the worker did, and what it could not do."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from personalization.jobs.back_office import NOTHING, ReadOnlyAdmin, chip, lasted, minute_told
from personalization.jobs.models import JobRun
from personalization.jobs.wording import JOBS, job_name, period_name, summary_told

TONES = {JobRun.Status.RUNNING: "wait", JobRun.Status.DONE: "good", JobRun.Status.FAILED: "bad"}


class JobFilter(admin.SimpleListFilter):
    """The jobs of this app by what they do."""

    title = _("job")
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """In the reader's words."""
        return [(name, gettext(told)) for name, told in JOBS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The turns of this job."""
        return queryset.filter(job=self.value()) if self.value() else queryset


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """Read-only: one row for each turn of each job."""

    list_display = ("job_told", "status_told", "period_told", "took", "attempts", "summary_words", "error_told")
    list_filter = ("status", JobFilter)
    fields = ("job_told", "period_told", "status_told", "started_told", "took", "attempts", "summary_words", "error")

    @admin.display(description=_("job"))
    def job_told(self, run: JobRun) -> str:
        """What the job does."""
        return job_name(run)

    @admin.display(description=_("status"))
    def status_told(self, run: JobRun) -> SafeString:
        """How it went."""
        return chip(TONES[JobRun.Status(run.status)], run.get_status_display())

    @admin.display(description=_("for"))
    def period_told(self, run: JobRun) -> str:
        """Which turn it was."""
        return period_name(run)

    @admin.display(description=_("started"))
    def started_told(self, run: JobRun) -> str:
        """When its latest attempt began."""
        return minute_told(run.started_at)

    @admin.display(description=_("took"))
    def took(self, run: JobRun) -> str:
        """How long its latest attempt took."""
        return lasted(run.started_at, run.finished_at)

    @admin.display(description=_("what came of it"))
    def summary_words(self, run: JobRun) -> str:
        """The summary in words."""
        return summary_told(run.summary)

    @admin.display(description=_("error"))
    def error_told(self, run: JobRun) -> str:
        """The first words of the error."""
        return run.error[:120] or NOTHING
