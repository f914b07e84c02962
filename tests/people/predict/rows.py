"""Rows of learnings, as the job would have written them."""

from datetime import datetime, timedelta
from typing import Any

from personalization.people.predict.models import PredictionRun
from tests.people import NOW

SHARES = ((0.16, 0.22), (0.46, 0.39), (0.62, 0.57), (0.74, 0.73), (0.82, 0.82), (0.83, 0.85), (0.83, 0.86),
          (0.84, 0.88), (0.84, 0.88), (0.85, 0.89))  # fmt: skip
POINTS = [{"people": 236.0, "predicted": predicted, "actual": actual, "low": actual - 0.05, "high": actual + 0.05}
          for predicted, actual in SHARES]  # fmt: skip
ORDERS = [{"people": 236.0, "predicted": 2.6 * 0.62**place, "actual": 2.9 * 0.63**place, "low": 2.6 * 0.63**place,
           "high": 3.2 * 0.63**place} for place in range(9, -1, -1)]  # fmt: skip
DAYS = [{"people": 81.0, "predicted": 5.0 + 7 * place, "actual": 8.0 + 6.4 * place, "low": 5.0 + 6.2 * place,
         "high": 11.0 + 6.6 * place} for place in range(10)]  # fmt: skip


def done(*, at: datetime = NOW, customers: int = 2357, **verdicts: Any) -> PredictionRun:
    """A night's learning: four predictions are in use, one is not good enough, one lacks visits."""
    people = {"people": 2357.0}
    leaving = {"predicted": 0.7, "actual": 0.69, "auc": 0.779, "error": 0.157, "plain": 0.206}
    orders = {"predicted": 1653.4, "actual": 1882.0, "auc": 0.773, "error": 1.9, "plain": 3.1}
    spend = {"predicted": 61_200.0, "actual": 70_300.0, "auc": 0.77, "error": 900.0, "plain": 880.0}
    next_order = {"people": 812.0, "predicted": 30.0, "actual": 31.0, "error": 9.4, "plain": 14.2}
    goods = {
        "people": 5210.0,
        "predicted": 12.0,
        "actual": 19.0,
        "error": 15.6,
        "plain": 17.0,
        "days": 28.0,
        "expected": 0.48,
        "came": 0.28,
    }
    told = {
        "leaving": _told(people | leaving, POINTS), "orders": _told(people | orders, ORDERS),
        "spend": _told(people | spend, [], why="no_better"), "next_order": _told(next_order, DAYS),
        "goods": _told(goods, POINTS),
        "session": _told({"people": 640.0, "bought": 12.0}, [], why="few_visits"),
    }  # fmt: skip
    parameters = {"orders": {"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259, "log_likelihood": -9582.43},
                  "spend": {"p": 6.2496, "q": 3.7442, "v": 15.4435}, "leaving": {"w0": -0.85, "w1": 0.96}}  # fmt: skip
    return PredictionRun.objects.create(
        status=PredictionRun.Status.DONE, asked_by="schedule", asked_at=at, started_at=at,
        finished_at=at + timedelta(seconds=9), customers=customers, horizon_days=90, parameters=parameters,
        verdicts=told | verdicts,
    )  # fmt: skip


def _told(figures: dict[str, float], points: list[dict[str, float]], why: str = "") -> dict[str, Any]:
    return {"is_shown": not why, "why": why, "figures": figures, "points": points}
