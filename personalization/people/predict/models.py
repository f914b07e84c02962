"""How the predictions were learned, and how good they were."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PredictionRun(models.Model):
    """One learning of the predictions: what of, with which figures, and how they did on a time not seen."""

    id = models.BigAutoField(primary_key=True)
    started_at = models.DateTimeField(_("started"))
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

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
