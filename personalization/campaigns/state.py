"""Where a campaign stands at a moment: what its owner said, and what its dates say."""

from datetime import datetime

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class Status(TextChoices):
    """What the owner said last."""

    DRAFT = "draft", _("draft")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    ARCHIVED = "archived", _("archived")


class State(TextChoices):
    """Where it stands now."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    ARCHIVED = "archived", _("archived")


def state_of(status: str, *, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> State:
    """Of what the owner switched on, the dates say whether it is on its way, live or over."""
    if status != Status.LIVE:
        return State(status)
    if ends_at is not None and ends_at <= now:
        return State.ENDED
    return State.SCHEDULED if starts_at is not None and starts_at > now else State.LIVE


def in_state(state: str, *, now: datetime) -> Q:
    """The same as a condition on rows. Raises ValueError for a state that there is none of."""
    # A date that is not given makes neither true nor false of a comparison.
    over = Q(ends_at__isnull=False, ends_at__lte=now)
    to_come = Q(starts_at__isnull=False, starts_at__gt=now)
    on, wanted = Q(status=Status.LIVE), State(state)
    if wanted == State.LIVE:
        return on & ~over & ~to_come
    if wanted == State.SCHEDULED:
        return on & to_come & ~over
    said = Q(status=wanted.value)
    return said | (on & over) if wanted == State.ENDED else said
