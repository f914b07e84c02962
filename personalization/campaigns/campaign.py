"""What all campaigns share: name, note, dates, hours, audience, how often, what for, and what was said of them last."""

from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.arm import Arm, arm_from
from personalization.campaigns.audience import Audience, audience_from
from personalization.campaigns.frequency import Frequency, frequency_from
from personalization.campaigns.hours import Hours, hours_from
from personalization.campaigns.state import State, Status, in_state, state_of

M = TypeVar("M", bound="Campaign")


class CampaignQuerySet(models.QuerySet[M]):
    """Named filters."""

    def live(self, now: datetime) -> "CampaignQuerySet[M]":
        """Switched on, and within their dates; the hours of the week say more, and only they: see `is_on`."""
        return self.in_state(State.LIVE, now=now)

    def in_state(self, state: str, *, now: datetime) -> "CampaignQuerySet[M]":
        """Those that stand there now."""
        return self.filter(in_state(state, now=now))

    def at_hand(self) -> "CampaignQuerySet[M]":
        """All but those that were put away."""
        return self.exclude(status=Status.ARCHIVED)


class Goal(models.TextChoices):
    """What a campaign is for; whoever has done it is left alone."""

    NONE = "", _("nothing in particular")
    CLICK = "click", _("that its button is pressed")
    BASKET = "basket_added", _("that something goes into the basket")
    ORDER = "purchased", _("that an order is placed")
    REGISTERED = "registered", _("that an account is opened")


class Campaign(models.Model):
    """Something that the owner shows or gives to somebody, for a time.

    A kind of campaign to which one of these means nothing takes it out: `goal = None`.
    """

    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("For you and your colleagues; shoppers never see it.")
    )
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.LIVE)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: for good."))
    # {"days": [0, 1], "since": "09:00", "until": "18:00"}: see `hours.py`; empty is always.
    hours = models.JSONField(_("hours"), default=dict, blank=True)
    # {"in": [ids of segments], "not_in": [...]}: see `audience.py`; empty is everybody.
    audience = models.JSONField(_("to whom"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Of several whose moment has come, the one with the smallest number wins.")
    )
    # {"visit": 1, "day": 1, "week": 2, "total": 5, "gap": 24}: see `frequency.py`; empty is as often as it comes.
    frequency = models.JSONField(_("how often"), default=dict, blank=True)
    goal = models.CharField(
        _("goal"), max_length=16, choices=Goal, default=Goal.NONE, blank=True,
        help_text=_("Whoever has done it since it was shown to them is left alone."),
    )  # fmt: skip
    # {"experiment": "…", "since": 0, "until": 50}: see `arm.py`; empty is everybody.
    arm = models.JSONField(_("arm of an experiment"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For you and your colleagues; shoppers never see it."))
    created_at = models.DateTimeField(_("made"), auto_now_add=True, editable=False)

    # What is not the owner's to decide, and so not to take back.
    NOT_KEPT: ClassVar[tuple[str, ...]] = ("id", "created_at")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gt=F("starts_at")),
                name="personalization_%(class)s_dates",
            ),
        ]

    @property
    def for_whom(self) -> Audience:
        """Whom it is for."""
        return audience_from(self.audience)

    @property
    def at_hours(self) -> Hours:
        """At which hours of the week."""
        return hours_from(self.hours)

    @property
    def how_often(self) -> Frequency:
        """How often one person may be shown it."""
        return frequency_from(self.frequency)

    @property
    def in_arm(self) -> Arm:
        """Which share of all people it is for."""
        return arm_from(self.arm)

    def state(self, now: datetime) -> State:
        """Where it stands."""
        return state_of(self.status, starts_at=self.starts_at, ends_at=self.ends_at, now=now)

    def is_on(self, now: datetime) -> bool:
        """It is shown at this very moment."""
        return self.state(now) == State.LIVE and self.at_hours.has(now)

    def copied(self: M, **changed: Any) -> M:
        """The same once more, not saved, as a draft: to be changed before anybody sees it."""
        fields = [field for field in self._meta.concrete_fields if not field.primary_key and field.name != "created_at"]
        own = {field.attname: getattr(self, field.attname) for field in fields}
        return type(self)(**own | {"status": Status.DRAFT} | changed)
