"""One measuring of the recommendations on the shop's own history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scorecard(models.Model):
    """What each strategy and block would have found of what was then bought, beside best sellers."""

    class Status(models.TextChoices):
        """From the wish to the figures."""

        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=64, blank=True)
    progress = models.FloatField(_("progress"), default=0.0)
    result = models.JSONField(_("figures"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="personalization_scorecard_progress"
            ),
            # However often the button is pressed, one waits.
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="waiting"), name="personalization_scorecard_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
