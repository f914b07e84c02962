"""When and by which channel somebody is best written to: what they said themselves, else what they do; else nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from personalization.events.person import Person
from personalization.people.models import Preference
from personalization.people.persons import number_of
from personalization.people.profiles.models import Profile

# An hour is somebody's habit after so many visits or orders: by chance alone one hour would not lead after that.
LEAST_DEEDS = 5


@dataclass(frozen=True)
class Habits:
    """None where not enough is known; the hour is of the shop's time zone."""

    hour: int | None = None
    channel: str | None = None


def habits_of(person: Person) -> Habits:
    """The preferred hour and channel of a person: two queries at most, and none for somebody unknown."""
    number = number_of(person)
    if number is None:
        return Habits()
    told = _told(person)
    profile = Profile.objects.filter(pk=number).values("hour", "visits", "orders").first()
    return Habits(told.get(Preference.What.HOUR, _usual_hour(profile)), told.get(Preference.What.CHANNEL))


def _told(person: Person) -> dict[str, Any]:
    """The last word of each kind counts."""
    wanted = (Preference.What.HOUR, Preference.What.CHANNEL)
    rows = Preference.objects.usable(person).filter(what__in=wanted).order_by("told_at")
    found: dict[str, Any] = {}
    for what, value in rows.values_list("what", "value"):
        said = _hour(value) if what == Preference.What.HOUR else value
        if said not in (None, ""):
            found[what] = said
    return found


def _hour(value: str) -> int | None:
    number = value.partition(":")[0]
    return int(number) if number.isdigit() and int(number) < 24 else None


def _usual_hour(profile: Mapping[str, Any] | None) -> int | None:
    if profile is None or profile["visits"] + profile["orders"] < LEAST_DEEDS:
        return None
    hour: int | None = profile["hour"]
    return hour
