"""What people told us themselves."""

from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent, Visitor
from personalization.events.person import Person


class PreferenceQuerySet(models.QuerySet["Preference"]):
    """Named filters."""

    def of(self, person: Person) -> "PreferenceQuerySet":
        """What this person told: as an account, and as the strangers that this account was before it signed in."""
        mine = Q(user_id=None, visitor_id=person.visitor_id) if person.visitor_id else Q(pk=None)
        if person.user_id is not None:
            before = Visitor.objects.filter(user=person.user_id).values("pk")
            mine |= Q(user_id=person.user_id) | Q(user_id=None, visitor_id__in=before)
        return self.filter(mine)

    def usable(self, person: Person) -> "PreferenceQuerySet":
        """Likewise; nothing, once the account has said no on any of its devices."""
        if person.user_id is None:
            return self.of(person)
        refused = AccountConsent.objects.filter(user_id=person.user_id).exclude(
            purposes__contains=[Purpose.PERSONALIZATION]
        )
        return self.of(person).filter(~Exists(refused))


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
        SIZE = "size", _("wants this size")
        REGION = "region", _("is in this region")
        CHANNEL = "channel", _("prefers to be written to by")
        HOUR = "hour", _("prefers to be written to at")
        # A row for each category behind the door that was chosen; `value` is the number of the choice.
        INTEREST = "interest", _("came for this department")

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    what = models.CharField(_("what"), max_length=16, choices=What)
    # Of a product or a category; 0 and an empty text stand for none, because a null would not be unique.
    subject_id = models.BigIntegerField(_("about"), default=0)
    value = models.CharField(_("which one"), max_length=100, default="", blank=True)
    told_at = models.DateTimeField(_("when"))

    objects = PreferenceQuerySet.as_manager()

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
