"""What people told us themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    """One thing a person told us: what not to show, what they own, what they like, when and how to write to them."""

    class What(models.TextChoices):
        """What it is about."""

        NOT_INTERESTED = "not_interested", _("not interested")
        OWNED = "owned", _("already own it")
        GIFT = "gift", _("it was a gift")
        MUTED_CATEGORY = "muted_category", _("nothing from this department")
        MUTED_BRAND = "muted_brand", _("nothing of this brand")
        LIKED_CATEGORY = "liked_category", _("interested in this department")
        LIKED_BRAND = "liked_brand", _("likes this brand")
        SIZE = "size", _("wears this size")
        REGION = "region", _("is in this region")
        CHANNEL = "channel", _("prefers to be written to by")
        HOUR = "hour", _("prefers to be written to at")

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    what = models.CharField(_("what"), max_length=16, choices=What)
    # Of a product or a category; 0 and an empty text stand for none, because a null would not be unique.
    subject_id = models.BigIntegerField(_("about"), default=0)
    value = models.CharField(_("value"), max_length=100, default="", blank=True)
    told_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering = ["-told_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user_id__isnull=False) | Q(visitor_id__isnull=False),
                name="personalization_preference_whose",
            ),
            models.UniqueConstraint(
                fields=["user_id", "visitor_id", "what", "subject_id", "value"],
                nulls_distinct=False,
                name="personalization_preference_once",
            ),
        ]
        indexes = [models.Index(fields=["visitor_id"], name="personalization_preference_vis")]

    def __str__(self) -> str:
        return f"{self.what} {self.subject_id or self.value}"
