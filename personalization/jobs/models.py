"""One row for each period of each job."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobRun(models.Model):
    """A period of a job: claimed once, renewed by its worker, ended with a summary or an error."""

    class Status(models.TextChoices):
        """How far it is."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    job = models.CharField(_("job"), max_length=64)
    period = models.CharField(_("period"), max_length=64)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.RUNNING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    token = models.UUIDField(_("worker's token"))
    started_at = models.DateTimeField(_("started"))
    lease_until = models.DateTimeField(_("lease until"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="personalization_jobrun_once")]
        indexes = [models.Index(fields=["-started_at"], name="personalization_jobrun_started")]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"
