"""How many people a campaign reaches, in the same words for every kind of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from personalization.campaigns.audience import Audience
from personalization.campaigns.state import State
from personalization.jobs.back_office import number_told
from personalization.people.profiles.models import Profile
from personalization.people.segments.count import count
from personalization.people.segments.known import all_known
from personalization.people.segments.tree import Group, Leaf, Node
from personalization.people.segments.unfold import InACircle, TooLarge, unfolded

# Whoever presses "save" waits for it no longer than that.
LIMIT = timedelta(seconds=1)


@dataclass(frozen=True)
class Reach:
    """So many of all people whom the shop knows; None where nobody could count them in time."""

    people: int | None
    of_people: int = 0
    is_everybody: bool = False
    # Some of it is decided on each visit: so many at the most.
    is_most: bool = False
    # Why nobody can say, where that is no matter of time.
    why: str = ""

    @property
    def percent(self) -> float:
        """Of a hundred people."""
        return 100 * self.people / self.of_people if self.people and self.of_people else 0.0


def reach_of(campaign: Any, *, now: datetime) -> Reach:
    """By its audience, and by its share of all people."""
    share = campaign.in_arm.share / 100
    audience: Audience = campaign.for_whom
    if audience.is_everybody:
        everybody = Profile.objects.count()
        return Reach(round(everybody * share), everybody, is_everybody=share == 1)
    known = all_known()
    try:
        counted = count(unfolded(_tree(audience), known), now=now, limit=LIMIT)
    except (InACircle, TooLarge):
        return Reach(None)
    if counted.is_too_long:
        return Reach(None)
    is_most = any(known[one].is_live for one in audience.segment_ids if one in known)
    return Reach(round(counted.people * share), counted.of_people, is_most=is_most)


def reach_told(campaign: Any, reach: Reach, *, now: datetime) -> str:
    """What is said once it is published: since when, and to how many."""
    return f"{_since(campaign, now)} {_to_whom(reach)}"


def _since(campaign: Any, now: datetime) -> str:
    if campaign.state(now) == State.SCHEDULED and campaign.starts_at is not None:
        return _("Live from %(day)s on.") % {"day": date_format(localtime(campaign.starts_at), "j M Y, H:i")}
    return _("Live now.") if campaign.is_on(now) else _("Live, but not at this hour.")


def _to_whom(reach: Reach) -> str:
    if reach.people is None:
        return reach.why or _("How many people it reaches could not be counted in time.")
    words = {"n": number_told(reach.people), "percent": number_format(reach.percent, 0 if reach.percent >= 1 else 1)}
    if reach.is_everybody:
        text = ngettext(
            "It reaches everybody: %(n)s person whom the shop knows, and whoever is new.",
            "It reaches everybody: %(n)s people whom the shop knows, and whoever is new.",
            reach.people,
        )
    elif reach.people == 0:
        return _("It reaches nobody just now.")
    elif reach.is_most:
        text = ngettext(
            "It reaches at most about %(n)s person (%(percent)s %%): who it is, each visit decides.",
            "It reaches at most about %(n)s people (%(percent)s %%): who they are, each visit decides.",
            reach.people,
        )
    else:
        text = ngettext(
            "It reaches about %(n)s person (%(percent)s %%).",
            "It reaches about %(n)s people (%(percent)s %%).",
            reach.people,
        )
    return text % words


def _tree(audience: Audience) -> Node:
    parts: list[Node] = [Leaf("segment", {"segments": list(audience.among)})] if audience.among else []
    if audience.but:
        parts.append(Group("not", (Leaf("segment", {"segments": list(audience.but)}),)))
    return Group("all", tuple(parts))
