"""Learns from past visits how likely one is to end with an order, and tries it on the last fifth of them in time."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from personalization.people.predict import judge
from personalization.people.predict.judge import Verdict
from personalization.people.predict.session import VisitSoFar, terms
from personalization.people.predict.visits import PastVisit

LEAST_VISITS, LEAST_BOUGHT = 1000, 50
LEARNED = 0.8
NAMES = tuple(terms(VisitSoFar()))
Floats = NDArray[np.float64]
Weights = dict[str, float]


def practise(visits: Iterable[PastVisit]) -> tuple[Weights, Verdict]:
    """The weights, and how good such ones were on visits that they had not seen."""
    rows = [(one.began, one.has_bought, *terms(one.so_far).values()) for one in visits]
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, len(NAMES) + 2)
    bought, known = table[:, 1] > 0, table[:, 2:]
    has = {"people": float(len(table)), "bought": float(bought.sum())}
    cut = int(len(table) * LEARNED)
    if len(table) < LEAST_VISITS or bought.sum() < LEAST_BOUGHT or not 0 < bought[cut:].sum() < len(table) - cut:
        return {}, Verdict("few_visits", has)
    tried = learn(known[:cut], bought[:cut])
    verdict = judge.of_chances(_chances(tried, known[cut:]), bought[cut:])
    return learn(known, bought), verdict


def learn(known: Floats, bought: NDArray[np.bool_]) -> Weights:
    """Learned on terms of one size, told for terms as they are."""
    middle, size = known.mean(axis=0), np.maximum(known.std(axis=0), 1e-9)
    found = LogisticRegression(C=1.0, max_iter=1000).fit((known - middle) / size, bought)
    weights = np.where(known.std(axis=0) > 0, found.coef_[0] / size, 0.0)
    base = float(found.intercept_[0]) - float(weights @ middle)
    return {"base": base} | dict(zip(NAMES, map(float, weights), strict=True))


def _chances(weights: Weights, known: Floats) -> Floats:
    found = weights["base"] + known @ np.array([weights[name] for name in NAMES])
    chances: Floats = 1 / (1 + np.exp(-np.clip(found, -30, 30)))
    return chances
