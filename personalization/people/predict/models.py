"""How the predictions were learned, and how good they were."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PredictionRun(models.Model):
    """One learning of the predictions: what of, with which figures, and how they did on a time not seen."""

    class Status(models.TextChoices):
        """From the wish to the figures."""

        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    customers = models.BigIntegerField(_("customers"), default=0)
    # Days that the predictions look ahead.
    horizon_days = models.IntegerField(_("horizon"), default=0)
    # {"orders": {"r": ..., "alpha": ...}, "spend": {...}, ...}
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    # Per prediction: is it shown, why not, figures of the backtest, and points of its calibration plot.
    verdicts = models.JSONField(_("how good"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        verbose_name = _("learning of predictions")
        verbose_name_plural = _("predictions")
        ordering = ["-pk"]
        constraints = [
            # However often the button is pressed, one waits.
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="waiting"), name="personalization_prediction_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
