"""A row for each visit, and how far the log has been followed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.people.journeys.steps import Step


class Journey(models.Model):
    """One visit. Its id is that of its event `visit_started`, and so carries the time: periods are ranges of ids."""

    id = models.UUIDField(primary_key=True, editable=False)
    visitor_id = models.UUIDField(_("visitor"))
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    started_at = models.DateTimeField(_("began"))
    source = models.CharField(_("source"), max_length=100, default="", blank=True)
    medium = models.CharField(_("medium"), max_length=100, default="", blank=True)
    device = models.CharField(_("device"), max_length=16, default="", blank=True)
    deepest = models.SmallIntegerField(_("came as far as"), choices=Step)
    # When each step was done for the first time; of one that was passed over, nothing.
    viewed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)
    checkout_at = models.DateTimeField(null=True, blank=True)
    ordered_at = models.DateTimeField(null=True, blank=True)
    # The first touchpoints (`steps.Touchpoint`), each once however often it was seen in a row.
    path = ArrayField(models.CharField(max_length=8), verbose_name=_("way"), default=list, blank=True)

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journey")
        # The page about all of them goes by the rights to segments; nobody reads single rows.
        default_permissions = ()
        indexes = [
            models.Index(fields=["visitor_id"], name="personalization_journey_vis"),
            models.Index(
                fields=["user_id"], name="personalization_journey_user", condition=models.Q(user_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class JourneyClock(models.Model):
    """How far the log has been followed: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    followed_until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="personalization_journey_clock")]

    def __str__(self) -> str:
        return f"{self.followed_until:%Y-%m-%d %H:%M}"
