"""Will this visit end with an order? Asked while it goes on, to spare those who would buy anyway.

A logistic regression over what a request knows of its visit. The job learns the weights (`visits.py` and
`practice.py`), here they are only added up: no numbers package comes into a web process.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from personalization.people.predict.models import PredictionRun

VISIT = "session"
KEY, FRESH_SECONDS = "personalization:session", 300
NEVER = -1.0


@dataclass(frozen=True)
class VisitSoFar:
    """What is known of a visit in the middle of it."""

    number: int = 1
    pages: int = 0
    views: int = 0
    searches: int = 0
    basket_adds: int = 0
    seconds: float = 0.0
    # Of the day, in the shop's time zone.
    hour: float = 12.0
    device: str = ""
    is_account: bool = False
    days_since_order: float | None = None


def terms(visit: VisitSoFar) -> dict[str, float]:
    """What the weights are multiplied with; the same for learning and for asking."""
    turn = 2 * math.pi * visit.hour / 24
    since = visit.days_since_order
    return {
        "earlier_visits": math.log1p(max(visit.number - 1, 0)),
        "pages": math.log1p(visit.pages),
        "views": math.log1p(visit.views),
        "searches": math.log1p(visit.searches),
        "basket_adds": math.log1p(visit.basket_adds),
        "has_added": float(visit.basket_adds > 0),
        "minutes": math.log1p(max(visit.seconds, 0.0) / 60),
        "morning": math.sin(turn),
        "night": math.cos(turn),
        "phone": float(visit.device == "phone"),
        "tablet": float(visit.device == "tablet"),
        "account": float(visit.is_account),
        "customer": float(since is not None),
        "days_since_order": math.log1p(max(since, 0.0)) if since is not None else 0.0,
    }


def chance(visit: VisitSoFar) -> float | None:
    """That an order comes in this visit, 0 to 1; None while nobody can tell. At most one query in five minutes."""
    weights = cache.get_or_set(KEY, _weights, FRESH_SECONDS)
    return chance_by(weights, visit) if weights else None


def chance_by(weights: Mapping[str, float], visit: VisitSoFar) -> float:
    """By these weights; a term that they do not know counts for nothing."""
    found = weights["base"] + sum(weights.get(name, 0.0) * value for name, value in terms(visit).items())
    return 1 / (1 + math.exp(-max(min(found, 30.0), -30.0)))


def _weights() -> dict[str, float]:
    """Of the newest learning; empty where it was not good enough."""
    newest = PredictionRun.objects.filter(status=PredictionRun.Status.DONE).first()
    told: dict[str, Any] = newest.verdicts.get(VISIT, {}) if newest else {}
    return dict(newest.parameters.get(VISIT, {})) if newest and told.get("is_shown") else {}
