"""At which hours of the week a campaign is shown, by the shop's own clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

EVERY_DAY = range(7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Days of the week, Monday is 0, and from when until when; an end before the beginning is one of the next day."""

    days: tuple[int, ...] = ()
    since: time | None = None
    until: time | None = None

    @property
    def is_always(self) -> bool:
        """Nothing is left out."""
        return (not self.days or set(self.days) == set(EVERY_DAY)) and self.since is None and self.until is None

    def has(self, moment: datetime) -> bool:
        """It is one of these hours. A window over midnight belongs to the day on which it begins."""
        local = moment.astimezone(get_default_timezone())
        since, until = self.since or time.min, self.until or time.min
        at = local.time()
        if since < until or until == time.min:
            return self._has_day(local) and since <= at and (until == time.min or at < until)
        return (self._has_day(local) and at >= since) or (self._has_day(local - _DAY) and at < until)

    def told(self) -> str:
        """For example "Mon, Tue, 09:00 to 18:00"; empty where it is always."""
        if self.is_always:
            return ""
        days = ", ".join(str(WEEKDAYS_ABBR[day]) for day in self.days) if self.days else ""
        return ", ".join(part for part in (days, self._clock()) if part)

    def stored(self) -> dict[str, Any]:
        """As a campaign keeps it; nothing for always."""
        kept = {"days": list(self.days), "since": _minute(self.since), "until": _minute(self.until)}
        return {name: value for name, value in kept.items() if value}

    def _has_day(self, local: datetime) -> bool:
        return not self.days or local.weekday() in self.days

    def _clock(self) -> str:
        words = {"since": _minute(self.since), "until": _minute(self.until)}
        if self.since and self.until:
            return _("%(since)s to %(until)s") % words
        if self.since:
            return _("from %(since)s") % words
        return _("until %(until)s") % words if self.until else ""


ALWAYS = Hours()


def hours_from(stored: Any) -> Hours:
    """As a campaign keeps it. Never raises: whatever else stands there by accident is always."""
    if not isinstance(stored, dict):
        return ALWAYS
    return Hours(_days(stored.get("days")), _time(stored.get("since")), _time(stored.get("until")))


def _days(stored: Any) -> tuple[int, ...]:
    given: Iterable[Any] = stored if isinstance(stored, list) else ()
    return tuple(sorted({day for day in given if isinstance(day, int) and day in EVERY_DAY}))


def _time(stored: Any) -> time | None:
    try:
        return time.fromisoformat(stored) if isinstance(stored, str) else None
    except ValueError:
        return None


def _minute(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""
