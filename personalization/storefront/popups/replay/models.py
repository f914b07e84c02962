"""A replay of a pop-up: asked for, worked off, and kept."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from personalization.storefront.popups.models import Popup

# What decides whether it comes; a change of any of these makes the figures those of another pop-up.
DECIDES = ("design", "trigger", "trigger_parameters", "where", "frequency", "audience", "hours", "arm", "goal")
DAYS = 30


def deciding(popup: Popup) -> dict[str, Any]:
    """What decides whether it comes, as a row can keep it."""
    return {name: getattr(popup, name) for name in DECIDES}


class PopupReplay(models.Model):
    """What a pop-up would have done in the last days, had it been live."""

    class Status(models.TextChoices):
        """From the wish to the figures."""

        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    popup = models.ForeignKey(Popup, models.CASCADE, verbose_name=_("pop-up"), related_name="replays")
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.WAITING)
    asked_by = models.CharField(_("asked by"), max_length=64)
    asked_at = models.DateTimeField(_("asked for"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), default=DAYS)
    decided_by = models.JSONField(_("settings"), default=dict, blank=True)
    progress = models.FloatField(_("progress"), default=0.0)
    result = models.JSONField(_("figures"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("replay of a pop-up")
        verbose_name_plural = _("replays of pop-ups")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__gte=0, progress__lte=1), name="personalization_popupreplay_progress"
            ),
            # However often the button is pressed, one waits.
            models.UniqueConstraint(
                fields=["popup"], condition=Q(status="waiting"), name="personalization_popupreplay_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_stale(self) -> bool:
        """The pop-up was changed since in what decides whether it comes."""
        return bool(self.decided_by != deciding(self.popup))
