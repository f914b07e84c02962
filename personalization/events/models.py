"""The visitor and the log."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from personalization.events.kinds import Traffic, kind_choices


class Visitor(models.Model):
    """A browser that comes back, linked to an account once it has logged in."""

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    traffic = models.CharField(_("who it is"), max_length=8, choices=Traffic.CHOICES, default=Traffic.SHOPPER)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    linked_at = models.DateTimeField(_("linked to the account"), null=True, blank=True)

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        ordering = ["-last_seen_at"]
        indexes = [models.Index(fields=["-last_seen_at"], name="personalization_visitor_seen")]

    def __str__(self) -> str:
        return str(self.id)[:8]


class Event(models.Model):
    """One thing that happened. The table is partitioned by month over the id, which carries the time."""

    id = models.UUIDField(_("id"), primary_key=True, editable=False)
    kind = models.CharField(_("what happened"), max_length=32, choices=kind_choices)
    happened_at = models.DateTimeField(_("when"))
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    traffic = models.CharField(_("who made it"), max_length=8, choices=Traffic.CHOICES, default=Traffic.SHOPPER)
    # The product as the shop lists it (a parent or a stand-alone), and the variant that it was about, if any.
    product_id = models.BigIntegerField(_("product"), null=True, blank=True)
    variant_id = models.BigIntegerField(_("variant"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), null=True, blank=True)
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2, null=True, blank=True)
    payload = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["visitor_id", "id"], name="personalization_event_visitor"),
            models.Index(fields=["user_id", "id"], name="personalization_event_user"),
            models.Index(fields=["kind", "id"], name="personalization_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"
