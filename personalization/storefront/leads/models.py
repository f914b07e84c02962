"""Somebody's wish to be written to, and what became of it."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.events.consent import Purpose
from personalization.events.models import AccountConsent


class LeadQuerySet(models.QuerySet["Lead"]):
    """Named filters."""

    def subscribed(self) -> "LeadQuerySet":
        """Confirmed and not taken back: neither by a link nor, since then, by the account on its page of consent."""
        answers = AccountConsent.objects.filter(user_id=OuterRef("user_id"), changed_at__gt=OuterRef("confirmed_at"))
        refused = Exists(answers.exclude(purposes__contains=[Purpose.EMAIL]))
        return self.filter(Q(user_id=None) | ~refused, confirmed_at__isnull=False, stopped_at=None)


class Lead(models.Model):
    """An address that was left in a pop-up, the words that were agreed to, and the letter that is due."""

    class Letter(models.TextChoices):
        """What is written to it: one at a time."""

        CONFIRM = "confirm", _("question whether it was you")
        WELCOME = "welcome", _("thanks, with the code")

    class Post(models.TextChoices):
        """What became of the letter; one that was taken and not sent is never taken again."""

        WAITING = "waiting", _("waits")
        TAKEN = "taken", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        NONE = "none", _("nothing to send")

    # Drawn by lot: it stands signed in the links of letters.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    popup = models.ForeignKey(
        "personalization.Popup", models.SET_NULL, null=True, related_name="leads", verbose_name=_("pop-up")
    )
    offer = models.ForeignKey(
        PersonalOffer, models.SET_NULL, null=True, related_name="+", verbose_name=_("offer")
    )  # fmt: skip
    code = models.ForeignKey(PersonalCode, models.SET_NULL, null=True, related_name="+", verbose_name=_("code"))
    email = models.EmailField(_("e-mail"))
    # The same in small letters: one address is one subscription.
    address = models.CharField(max_length=254)
    visitor_id = models.UUIDField(_("visitor"), null=True, blank=True)
    user_id = models.BigIntegerField(_("account"), null=True, blank=True)
    text = models.TextField(_("words that were agreed to"))
    language = models.CharField(_("language"), max_length=16)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("unsubscribed"), null=True, blank=True)

    letter = models.CharField(_("letter"), max_length=8, choices=Letter, default=Letter.CONFIRM)
    post = models.CharField(_("what became of the letter"), max_length=8, choices=Post, default=Post.WAITING)
    due_at = models.DateTimeField(_("letter is due"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("letter sent"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("address from a pop-up")
        verbose_name_plural = _("addresses from pop-ups")
        ordering = ["-asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["address"], name="personalization_lead_once",
                condition=Q(confirmed_at__isnull=False, stopped_at=None),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["address", "asked_at"], name="personalization_lead_address"),
            models.Index(fields=["asked_at"], name="personalization_lead_asked"),
            models.Index(fields=["due_at"], name="personalization_lead_due", condition=Q(post="waiting")),
            models.Index(
                fields=["visitor_id"], name="personalization_lead_visitor", condition=Q(visitor_id__isnull=False)
            ),
            models.Index(fields=["user_id"], name="personalization_lead_user", condition=Q(user_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return masked(self.email)

    @property
    def is_subscribed(self) -> bool:
        """Confirmed, and not taken back by a link."""
        return self.confirmed_at is not None and self.stopped_at is None


def masked(email: str) -> str:
    """Enough to tell two apart, too little to write to."""
    name, _at, host = email.rpartition("@")
    return f"{name[:1]}…@{host[:1]}….{host.rpartition('.')[2]}"
