"""Learns the four predictions of customers, and judges them on the last horizon, which they had not seen.

Three moments: some weeks before the trial (from which the correction of the risk is learned), the start of the trial,
and today. What was learned at the first two is judged by what came since; what is kept is learned again from today.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from personalization.people.predict import bgnbd, gamma_gamma, judge, leaving
from personalization.people.predict import rhythm as rhythms
from personalization.people.predict.customers import DAYS_OF_WEEK, Customers, Floats
from personalization.people.predict.judge import Verdict

# With fewer there are no predictions of orders at all: the parameters would be those of a handful of people.
LEAST_CUSTOMERS, LEAST_REPEATERS = 200, 50
ORDERS, SPEND, LEAVING, NEXT = "orders", "spend", "leaving", "next_order"


@dataclass(frozen=True)
class Moments:
    """The same customers at three moments, and how many days lie between them."""

    earlier: Customers
    before: Customers
    today: Customers
    earlier_days: int
    horizon_days: int


@dataclass(frozen=True)
class Learned:
    """What predicts, and how good it was; a prediction that is not shown is not made."""

    orders: bgnbd.BgNbd | None = None
    spend: gamma_gamma.GammaGamma | None = None
    weights: leaving.Weights = leaving.UNCORRECTED
    rhythm: rhythms.Rhythm | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    def shows(self, name: str) -> bool:
        """It was judged, and well."""
        return name in self.verdicts and self.verdicts[name].is_shown

    def parameters(self) -> dict[str, Any]:
        """As plain values, for whoever wants to see them."""
        models = {ORDERS: self.orders, SPEND: self.spend, NEXT: self.rhythm}
        told: dict[str, Any] = {name: asdict(model) for name, model in models.items() if model is not None}
        return told | ({LEAVING: {f"w{place}": weight for place, weight in enumerate(self.weights)}} if told else {})


@dataclass(frozen=True)
class Foreseen:
    """What is predicted of each customer; nan where nothing is told."""

    orders: Floats
    revenue: Floats
    leaving: Floats
    next_days: Floats


def too_little(customers: Customers, *, history_days: int, horizon_days: int) -> Verdict | None:
    """Why nothing can be learned yet, with what there is of it; None when there is enough."""
    has = {"people": float(len(customers)), "repeaters": float(customers.repeaters), "days": float(history_days)}
    if len(customers) < LEAST_CUSTOMERS or customers.repeaters < LEAST_REPEATERS:
        return Verdict("few_customers", has)
    return Verdict("short_history", has) if history_days < 2 * horizon_days else None


def learn(moments: Moments) -> Learned:
    """Trial first, then everything anew from today."""
    before, weeks = moments.before, moments.horizon_days / DAYS_OF_WEEK
    orders = bgnbd.fit(before.known)
    tried = Learned(orders, _spend(before), _corrected_earlier(moments), rhythms.learn(before.gaps))
    return Learned(
        bgnbd.fit(moments.today.known),
        _spend(moments.today),
        leaving.learn(orders, before.known, before.orders_after > 0, weeks=weeks),
        rhythms.learn(moments.today.gaps),
        _judged(tried, before, days=moments.horizon_days),
    )


def foresee(learned: Learned, customers: Customers, *, days: int) -> Foreseen:
    """The predictions of these customers for so many days from their moment on."""
    weeks, nothing = days / DAYS_OF_WEEK, np.full(len(customers), np.nan)
    if learned.orders is None:
        return Foreseen(nothing, nothing, nothing, nothing)
    orders = bgnbd.expected_orders(learned.orders, customers.known, weeks=weeks)
    has_spent = customers.spent > 0
    return Foreseen(
        orders,
        np.where(has_spent, orders * gamma_gamma.expected_spend(learned.spend, customers.spending), np.nan)
        if learned.spend else nothing,
        leaving.chance_of_leaving(learned.orders, learned.weights, customers.known, weeks=weeks),
        rhythms.days_ahead(learned.rhythm, customers.gaps, customers.silent) if learned.rhythm else nothing,
    )  # fmt: skip


def _corrected_earlier(moments: Moments) -> leaving.Weights:
    known, weeks = moments.earlier.known, moments.earlier_days / DAYS_OF_WEEK
    if moments.earlier.repeaters < LEAST_REPEATERS:
        return leaving.UNCORRECTED
    return leaving.learn(bgnbd.fit(known), known, moments.earlier.orders_after > 0, weeks=weeks)


def _spend(customers: Customers) -> gamma_gamma.GammaGamma | None:
    """From those who came back, as the paper has it."""
    told = (customers.known.repeats > 0) & (customers.spent > 0)
    if told.sum() < LEAST_REPEATERS:
        return None
    spending = customers.spending
    return gamma_gamma.fit(gamma_gamma.Spending(spending.orders[told], spending.mean[told]))


def _judged(tried: Learned, before: Customers, *, days: int) -> dict[str, Verdict]:
    told = foresee(tried, before, days=days)
    knows_spend = np.isfinite(told.revenue)
    return {
        ORDERS: judge.of_amounts(told.orders, before.orders_after),
        SPEND: judge.of_amounts(told.revenue[knows_spend], before.spent_after[knows_spend])
        if knows_spend.any() else Verdict("few_customers", {"people": 0.0}),
        LEAVING: judge.of_chances(told.leaving, before.orders_after == 0),
        NEXT: _judged_days(tried, told, before, days=days),
    }  # fmt: skip


def _judged_days(tried: Learned, told: Foreseen, before: Customers, *, days: int) -> Verdict:
    """Both sides end with the horizon: nobody knows yet on which day after it somebody orders."""
    known = np.isfinite(told.next_days)
    if tried.rhythm is None or known.sum() < LEAST_REPEATERS:
        return Verdict("few_rhythms", {"people": float(known.sum())})
    usual = np.full(int(known.sum()), np.exp(tried.rhythm.mean))
    plain = np.clip(usual - before.silent[known], 0, days)
    actual = np.where(np.isnan(before.next_after), days, before.next_after)[known]
    return judge.of_days(np.minimum(told.next_days[known], days), plain, actual)
