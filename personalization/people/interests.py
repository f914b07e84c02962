"""What we make of a history, in words that the person can check: how much there is, and what it seems to say."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from personalization import shop
from personalization.events.history import History

T = TypeVar("T")
SHOWN, OFFERED, LOOKS = 3, 12, 8
# A purchase says more about somebody than a look.
WEIGHTS = {"purchased": 3, "basket_added": 2}


@dataclass(frozen=True)
class Known:
    """What is known and used."""

    viewed: int = 0
    bought: int = 0
    since: datetime | None = None
    departments: tuple[str, ...] = ()
    # The brands and sizes that occur most, loudest first.
    brands: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    # The goods looked at last, newest first.
    looks: tuple[tuple[int, str], ...] = ()

    @property
    def is_something(self) -> bool:
        """There is a history at all."""
        return self.since is not None

    @property
    def loudest_brands(self) -> tuple[str, ...]:
        """The few that are worth naming in a sentence."""
        return self.brands[:SHOWN]


def known(history: History, *, departments: Mapping[int, str]) -> Known:
    """Counts what the choice counts: the latest deeds, on all of this person's devices. Two queries."""
    if not history.happenings:
        return Known()
    viewed = history.products("product_viewed")
    weights: Counter[int] = Counter()
    for one in history.happenings:
        weights[one.product_id] += WEIGHTS.get(one.kind, 1)
    traits = shop.traits(weights, category_ids=departments)
    titles = shop.titles(viewed[:LOOKS])
    return Known(
        viewed=len(viewed),
        bought=len(history.products("purchased")),
        since=history.happenings[-1].happened_at,
        departments=tuple(
            departments[pk] for pk in _loudest((one, weights[k]) for k in traits for one in traits[k].category_ids)
        )[:SHOWN],
        brands=_loudest((one, weights[k]) for k in traits for one in traits[k].brands)[:OFFERED],
        sizes=_loudest((one, weights[k]) for k in traits for one in traits[k].sizes)[:OFFERED],
        looks=tuple((one, titles[one]) for one in viewed[:LOOKS] if one in titles),
    )


def _loudest(votes: Iterable[tuple[T, int]]) -> tuple[T, ...]:
    counted: Counter[T] = Counter()
    for one, weight in votes:
        counted[one] += weight
    return tuple(sorted(counted, key=lambda one: (-counted[one], str(one))))
