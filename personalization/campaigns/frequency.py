"""How often somebody may be shown a campaign: by visit, day, week and in all, and how long after the last time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAY, WEEK, HOUR = timedelta(days=1), timedelta(days=7), timedelta(hours=1)
MOST = 1000


@dataclass(frozen=True)
class Showing:
    """It was shown once: when, and on which visit."""

    at: datetime
    visit_id: UUID | None = None


@dataclass(frozen=True)
class Frequency:
    """At most so many showings to one person; 0 is any number. `gap` is in hours, from one showing to the next."""

    visit: int = 0
    day: int = 0
    week: int = 0
    total: int = 0
    gap: int = 0

    @property
    def is_free(self) -> bool:
        """Nothing is held back."""
        return not any(self.stored().values())

    def full(self, showings: Sequence[Showing], *, now: datetime, visit_id: UUID | None) -> str:
        """Which cap stands in the way of one more, by its name; empty where there is room."""
        counts = {
            "visit": sum(visit_id is not None and one.visit_id == visit_id for one in showings),
            "day": sum(one.at > now - DAY for one in showings),
            "week": sum(one.at > now - WEEK for one in showings),
            "total": len(showings),
            "gap": sum(one.at > now - self.gap * HOUR for one in showings),
        }
        caps = self.stored() | ({"gap": 1} if self.gap else {})
        return next((name for name, count in counts.items() if name in caps and count >= caps[name]), "")

    def told(self) -> str:
        """For example "at most once a visit and 3 times in all"; empty where nothing is held back."""
        each = [
            (self.visit, _("once a visit"), _("%(n)s times a visit")),
            (self.day, _("once a day"), _("%(n)s times a day")),
            (self.week, _("once a week"), _("%(n)s times a week")),
            (self.total, _("once in all"), _("%(n)s times in all")),
        ]
        caps = [once if count == 1 else often % {"n": count} for count, once, often in each if count]
        told = [_("at most %(caps)s") % {"caps": _listed(caps)}] if caps else []
        if self.gap:
            told.append(ngettext("no sooner than %(n)s hour later", "no sooner than %(n)s hours later", self.gap))
            told[-1] %= {"n": self.gap}
        return ", ".join(told)

    def stored(self) -> dict[str, int]:
        """As a campaign keeps it; nothing for any number."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}


FREE = Frequency()


def frequency_from(stored: Any) -> Frequency:
    """As a campaign keeps it. Never raises: whatever else stands there by accident holds nothing back."""
    if not isinstance(stored, dict):
        return FREE
    return Frequency(**{one.name: _count(stored.get(one.name)) for one in fields(Frequency)})


def _count(told: Any) -> int:
    return min(told, MOST) if type(told) is int and told > 0 else 0


def _listed(parts: Iterable[str]) -> str:
    *others, last = parts
    return _("%(some)s and %(last)s") % {"some": ", ".join(others), "last": last} if others else last
