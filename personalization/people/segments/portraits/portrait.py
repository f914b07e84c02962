"""A portrait: the figures of a segment, each beside the shop's, and what sets these people apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from personalization import shop
from personalization.people.segments.models import Segment
from personalization.people.segments.portraits.figures import MOST_VALUES, Count, Figures, Sums, figures_of

# Of fewer people a share says more of chance than of them.
FEWEST = 20
FEWEST_EACH = 5
TOP = 10
USUAL = 100
# Of how many people each mean speaks.
WEIGHTS = {
    "gap_days": "repeat_buyers", "discount_share": "buyers", "churn_risk": "predicted",
    "expected_revenue": "predicted",
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """How common something is inside (0 to 1) and in the shop; `index` is 100 where it is as common as in the shop."""

    key: str
    label: str
    inside: float
    shop: float

    @property
    def index(self) -> int | None:
        """Inside by the shop's share, times 100."""
        return round(USUAL * self.inside / self.shop) if self.shop > 0 else None


@dataclass(frozen=True)
class Measure:
    """One figure of the segment and the shop's; None where too little is known."""

    name: str
    inside: float | None
    shop: float | None

    @property
    def index(self) -> int | None:
        """As of a share."""
        return round(USUAL * self.inside / self.shop) if self.inside is not None and self.shop else None


@dataclass(frozen=True)
class Portrait:
    """A segment beside the shop."""

    segment: Segment
    people: int
    people_share: float
    revenue: Decimal
    revenue_share: float
    measures: tuple[Measure, ...]
    categories: tuple[Share, ...]
    brands: tuple[Share, ...]
    # By what they are about: "hour", "weekday", "region", "device", "tier", "known:age", ...
    spread: Mapping[str, tuple[Share, ...]]
    is_sampled: bool

    @property
    def is_thin(self) -> bool:
        """Too few people to say what they are like."""
        return self.people < FEWEST

    def measure(self, name: str) -> Measure:
        """One of the figures, by name."""
        return next(one for one in self.measures if one.name == name)


def portrait_of(segment: Segment) -> Portrait:
    """The portrait as of the last count of the segment and the last refresh of profiles: four queries."""
    figures = figures_of(segment.pk)
    inside, everybody = figures.inside, _added(figures.inside, figures.outside)
    return Portrait(
        segment=segment,
        people=round(inside.people * figures.scale),
        people_share=_ratio(inside.people, everybody.people) or 0.0,
        revenue=inside.revenue * Decimal(str(figures.scale)),
        revenue_share=_ratio(float(inside.revenue), float(everybody.revenue)) or 0.0,
        measures=tuple(_measures(inside, everybody)),
        categories=_tastes(figures, "category"),
        brands=_tastes(figures, "brand"),
        spread=_spread(figures.counts),
        is_sampled=figures.scale > 1,
    )


def _measures(inside: Sums, everybody: Sums) -> Iterable[Measure]:
    told: dict[str, Callable[[Sums], float | None]] = {
        "orders_each": lambda one: _ratio(one.orders, one.people),
        "average_order": lambda one: _ratio(float(one.revenue), one.orders),
        "revenue_each": lambda one: _ratio(float(one.revenue), one.people),
        "units_an_order": lambda one: _ratio(one.units, one.orders),
        "buyers": lambda one: _ratio(one.buyers, one.people),
        "repeat": lambda one: _ratio(one.repeat_buyers, one.buyers),
        "gap_days": lambda one: one.gap_days,
        "visits_each": lambda one: _ratio(one.visits, one.people),
        "discount": lambda one: one.discount_share,
        "returned": lambda one: _ratio(one.returns, one.units),
        "churn": lambda one: one.churn_risk,
        "expected_revenue": lambda one: one.expected_revenue,
    }
    return (Measure(name, work(inside), work(everybody)) for name, work in told.items())


def _added(one: Sums, other: Sums) -> Sums:
    """Both together: sums are added, means weighed by their people."""
    sums: dict[str, Any] = {
        each.name: getattr(one, each.name) + getattr(other, each.name)
        for each in fields(Sums)
        if each.name not in WEIGHTS
    }
    sums |= {name: _mean(one, other, name, by=weight) for name, weight in WEIGHTS.items()}
    return Sums(**sums)


def _mean(one: Sums, other: Sums, name: str, *, by: str) -> float | None:
    known = [(getattr(each, name), getattr(each, by)) for each in (one, other) if getattr(each, name) is not None]
    weights = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / weights if weights else None


def _tastes(figures: Figures, what: str) -> tuple[Share, ...]:
    """What they spend their interest on, the largest share first."""
    found = [one for one in figures.tastes if one.what == what]
    inside, everybody = sum(one.inside for one in found), sum(one.everybody for one in found)
    top = sorted((one for one in found if one.people >= FEWEST_EACH), key=lambda one: (-one.inside, one.key))[:TOP]
    names = _names(what, [one.key for one in top])
    return tuple(
        Share(one.key, names[one.key], _ratio(one.inside, inside) or 0.0, _ratio(one.everybody, everybody) or 0.0)
        for one in top
        if one.key in names
    )


def _names(what: str, keys: Iterable[str]) -> Mapping[str, str]:
    if what != "category":
        return {key: key for key in keys}
    found = shop.category_names(int(key) for key in keys if key.isdecimal())
    return {str(pk): name for pk, name in found.items()}


def _spread(counts: Iterable[Count]) -> dict[str, tuple[Share, ...]]:
    by_what: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        by_what[one.what].append(one)
    return {
        what: _shares(found)
        for what, found in sorted(by_what.items())
        if not what.startswith("known:") or len(found) <= MOST_VALUES
    }


def _shares(found: list[Count]) -> tuple[Share, ...]:
    """Shares among those of whom it is known."""
    inside, everybody = sum(one.inside for one in found), sum(one.everybody for one in found)
    ordered = sorted(found, key=lambda one: (-one.inside, -one.everybody, one.key))
    return tuple(
        Share(one.key, one.key, _ratio(one.inside, inside) or 0.0, _ratio(one.everybody, everybody) or 0.0)
        for one in ordered
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
