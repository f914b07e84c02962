"""When somebody will need a thing again that they buy over and over: by their own rhythm, shrunk towards the shop's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from personalization.events.history import Happening
from personalization.people.predict.due import MISSED_TURNS, gap_after, own_gaps_tell
from personalization.recommend.tables import Tables


@dataclass(frozen=True)
class Habit:
    """A product that was bought on several days, and after how many days it is expected again."""

    product_id: int
    days: Sequence[date]
    gap: float
    today: date

    @property
    def passed(self) -> int:
        """Days since it was last bought."""
        return (self.today - self.days[-1]).days

    @property
    def is_given_up(self) -> bool:
        """So many turns were left out that it will not be bought again."""
        return self.passed > MISSED_TURNS * self.gap

    @property
    def expected(self) -> date:
        """The day on which it will be needed; it may be over."""
        return self.days[-1] + timedelta(days=round(self.gap))

    @property
    def closeness(self) -> float:
        """How near its day is, before it or after: 1 is today."""
        return min(self.passed / self.gap, self.gap / max(self.passed, 1))

    @property
    def gaps(self) -> int:
        """How many gaps of the shopper's own are known."""
        return len(self.days) - 1


def habits(happenings: Iterable[Happening], tables: Tables, *, now: datetime) -> list[Habit]:
    """Of all that was bought on more than one day: one query, and none without such a thing.

    Once in five minutes another one asks whether days of their own tell more in this shop than the product's.
    """
    bought = _days_bought(happenings)
    if not bought:
        return []
    facts, today, own_tell = tables.facts(bought), now.astimezone(UTC).date(), own_gaps_tell()
    return [
        Habit(pk, days, expected_gap(days, facts[pk].usual_gap_days, own_tell=own_tell), today)
        for pk, days in bought.items()
    ]


def expected_gap(days: Sequence[date], usual: float | None, *, own_tell: bool = True) -> float:
    """After how many days it is bought next: the gaps of one shopper add up to the time from first to last purchase."""
    if usual is not None and not own_tell:
        return max(usual, 1.0)
    return gap_after((days[-1] - days[0]).days, len(days) - 1, usual)


def _days_bought(happenings: Iterable[Happening]) -> Mapping[int, Sequence[date]]:
    """The days on which each product was bought, oldest first; of those bought on more than one day."""
    days: dict[int, set[date]] = defaultdict(set)
    for one in happenings:
        if one.kind == "purchased":
            days[one.product_id].add(one.happened_at.astimezone(UTC).date())
    return {product_id: sorted(found) for product_id, found in days.items() if len(found) > 1}
