"""What somebody spends on an order: the Gamma-Gamma model of Fader and Hardie, "The Gamma-Gamma Model of Monetary
Value" (2013). Orders of one person scatter about a mean of their own, and means are spread over customers.

What an order costs is Gamma(p, nu) with nu spread as Gamma(q, v); how often somebody orders is taken to say nothing
about it. One who has ordered little is thought of as being like the others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]

# Of the logarithms. q stays above 1: without that the mean of all customers would be endless.
BOUNDS = [(-5.0, 9.0), (0.01, 9.0), (-9.0, 14.0)]
STARTS = ((5.0, 4.0), (1.0, 2.0), (20.0, 10.0))


@dataclass(frozen=True)
class Spending:
    """One row a customer: how many orders, and what they cost on the average."""

    orders: Floats
    mean: Floats


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model."""

    p: float
    q: float
    v: float
    log_likelihood: float

    @property
    def usual(self) -> float:
        """What an order of somebody unknown costs."""
        return self.p * self.v / (self.q - 1)


def fit(known: Spending) -> GammaGamma:
    """The parameters under which these means are likeliest; everybody must have spent something."""
    # In units of the shop's own mean, so that the search is the same in any currency.
    unit = float(known.mean.mean())
    scaled = Spending(known.orders, known.mean / unit)
    starts = [np.log([p, q, (q - 1) / p]) for p, q in STARTS]
    found = [
        minimize(_cost, start, args=(scaled,), jac=True, method="L-BFGS-B", bounds=BOUNDS,
                 options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9})
        for start in starts
    ]  # fmt: skip
    best = min(found, key=lambda one: float(one.fun))
    p, q, v = np.exp(best.x)
    # A density of a mean in another unit is that many times as thick.
    total = -float(best.fun) * len(known.mean) - len(known.mean) * np.log(unit)
    return GammaGamma(float(p), float(q), float(v) * unit, log_likelihood=float(total))


def expected_spend(model: GammaGamma, known: Spending) -> Floats:
    """What the next order costs: equation 5 of the paper, between the person's own mean and that of all."""
    x, m = known.orders, known.mean
    return model.p * (model.v + m * x) / (model.p * x + model.q - 1)


def _cost(logs: Floats, known: Spending) -> tuple[float, Floats]:
    """The mean of minus the log-likelihood, and its slope by the logarithms of the parameters."""
    p, q, v = np.exp(logs)
    x, m = known.orders, known.mean
    whole = np.log(v + m * x)
    value = (
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * whole
    )  # fmt: skip
    slopes = np.stack([
        x * (digamma(p * x + q) - digamma(p * x) + np.log(m) + np.log(x) - whole),
        digamma(p * x + q) - digamma(q) + np.log(v) - whole,
        q / v - (p * x + q) / (v + m * x),
    ])  # fmt: skip
    return -float(value.mean()), -slopes.mean(axis=1) * np.array([p, q, v])
