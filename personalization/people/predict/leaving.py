"""The chance that no order comes within the horizon: the BG/NBD model's word, corrected by what became of others.

Raw P(alive) is a trap: the model lets nobody leave who ordered once, and so calls the surest losses safest. Its chance
of no order (`chance_of_none`) is sound but thinks that whoever left never comes back; some do. So the shop's own past
has the last word, by a complementary log-log regression (Fisher 1922; McCullagh and Nelder, ch. 4):

    P(none) = exp(-exp(w0 + w1 ln E + w2 ln(-ln P0) + w3 ln(1 + x)))

E is the expected number of orders, P0 the model's chance of none, x the number of repeat orders. A ridge holds the
weights at 0, 1, 0, 0, the Poisson law of E: with little to learn from that is what remains. A longer horizon enters
through E and P0, so weights learned over a shorter one serve too.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from personalization.people.predict.bgnbd import BgNbd, Floats, Histories, chance_of_none, expected_orders

Weights = tuple[float, ...]
UNCORRECTED: Weights = (0.0, 1.0, 0.0, 0.0)
# Logarithms of what is next to nothing.
LEAST = -12.0


def learn(model: BgNbd, known: Histories, ordered: NDArray[np.bool_], *, weeks: float) -> Weights:
    """The weights by which those who did order in the weeks after are told best from those who did not."""
    terms = _terms(model, known, weeks=weeks)
    found = minimize(_cost, np.array(UNCORRECTED), args=(terms, ordered), method="L-BFGS-B")
    return tuple(float(weight) for weight in found.x)


def chance_of_leaving(model: BgNbd, weights: Weights, known: Histories, *, weeks: float) -> Floats:
    """That no order comes within so many weeks, 0 to 1."""
    return np.exp(-_strength(np.array(weights), _terms(model, known, weeks=weeks)))


def _terms(model: BgNbd, known: Histories, *, weeks: float) -> Floats:
    expected = expected_orders(model, known, weeks=weeks)
    none = np.clip(chance_of_none(model, known, weeks=weeks), 1e-12, 1 - 1e-12)
    columns = (np.ones(len(known)), _log(expected), _log(-np.log(none)), np.log1p(known.repeats))
    return np.stack(columns, axis=1)


def _log(values: Floats) -> Floats:
    return np.maximum(np.log(np.maximum(values, 1e-300)), LEAST)


def _strength(weights: Floats, terms: Floats) -> Floats:
    return np.exp(np.clip(terms @ weights, 2 * LEAST, 5.0))


def _cost(weights: Floats, terms: Floats, ordered: NDArray[np.bool_]) -> float:
    strength = _strength(weights, terms)
    misses = np.where(ordered, -np.log(np.maximum(-np.expm1(-strength), 1e-12)), strength)
    return float(misses.sum() + ((weights - np.array(UNCORRECTED)) ** 2).sum())
