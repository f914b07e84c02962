"""Adds up what came of it, once for what is sure and once for what may have been at the most."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

HOUR = timedelta(hours=1)


@dataclass
class Count:
    """Showings, to how many people on how many visits; `held` says by which cap visits went without."""

    showings: int = 0
    people: int = 0
    visits: int = 0
    # People who bought within the hour after one of them: they would have bought anyway.
    bought: int = 0
    held: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)


@dataclass
class Counts:
    """All of it. `people` and `visits` are those of the days; `moments`, the visits on which its moment came."""

    people: int = 0
    visits: int = 0
    moments: int = 0
    sure: Count = field(default_factory=Count)
    most: Count = field(default_factory=Count)
    # The days by the shop's clock, so that one without a showing stands in the chart, too.
    first: str = ""
    last: str = ""

    def stored(self) -> dict[str, Any]:
        """As a row keeps it."""
        # Not `asdict`, which would count the pairs of a Counter instead of copying it.
        return {**vars(self), "sure": dict(vars(self.sure)), "most": dict(vars(self.most))}


def counts_from(stored: Mapping[str, Any]) -> Counts:
    """As a row keeps it."""
    told = {**stored, "sure": _count(stored["sure"]), "most": _count(stored["most"])}
    return Counts(**told)


def days_between(first: str, last: str) -> list[str]:
    """Each day, the last one among them."""
    since, until = date.fromisoformat(first), date.fromisoformat(last)
    return [(since + timedelta(days=one)).isoformat() for one in range((until - since).days + 1)]


def _count(told: Mapping[str, Any]) -> Count:
    return Count(**{**told, "held": Counter(told["held"]), "days": Counter(told["days"])})
