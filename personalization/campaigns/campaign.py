"""What all campaigns share: name, note, dates, hours, audience, and what their owner said of them last."""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from personalization.campaigns.audience import Audience, audience_from
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


class Campaign(models.Model):
    """Something that the owner shows or gives to somebody, for a time."""

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
    note = models.TextField(_("note"), blank=True, help_text=_("For you and your colleagues; shoppers never see it."))
    created_at = models.DateTimeField(_("made"), auto_now_add=True, editable=False)

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
