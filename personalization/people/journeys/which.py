"""Which visits are meant: of a time, a source, a device. The page about all visits and the segments' rule ask alike."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from personalization.chosen.stored import Values
from personalization.events.days import DAY
from personalization.events.identifiers import first_id
from personalization.people.journeys.steps import DIRECT


@dataclass(frozen=True)
class Visits:
    """Which visits are meant. Conditions are constants of ours; what an owner wrote is only ever a parameter."""

    where: tuple[str, ...] = ()
    params: tuple[Any, ...] = ()

    def narrowed(self, condition: str, *params: Any) -> "Visits":
        """Those of which this holds, too."""
        return Visits((*self.where, condition), (*self.params, *params))

    @property
    def sql(self) -> str:
        """As a condition on `one`, a row of the journeys."""
        return " AND ".join(self.where) or "TRUE"


# What an unnamed visitor did before it signed in belongs to the account to which it is linked.
PERSON = "personalization_person(coalesce(one.user_id, visitor.user_id), one.visitor_id)"
JOURNEYS = "personalization_journey AS one LEFT JOIN personalization_visitor AS visitor ON visitor.id = one.visitor_id"


def visits_of(values: Values, *, now: datetime) -> Visits:
    """Those within the time, and of the source and device."""
    found = Visits()
    if values["days"]:
        found = found.narrowed("one.id >= %s", first_id(now - values["days"] * DAY))
    if values["since"]:
        found = found.narrowed("one.id >= %s", first_id(midnight(values["since"])))
    if values["until"]:
        found = found.narrowed("one.id < %s", first_id(midnight(values["until"] + DAY)))
    if values["sources"]:
        found = found.narrowed(f"lower(coalesce(nullif(one.source, ''), '{DIRECT}')) = ANY(%s::text[])",
                               [one.lower() for one in values["sources"]])  # fmt: skip
    if values["mediums"]:
        found = found.narrowed("lower(one.medium) = ANY(%s::text[])", [one.lower() for one in values["mediums"]])
    return found.narrowed("one.device = ANY(%s::text[])", values["devices"]) if values["devices"] else found


def midnight(day: date) -> datetime:
    """The beginning of a day by the shop's clock."""
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())
