"""How often somebody will order: the BG/NBD model of Fader, Hardie and Lee, "Counting Your Customers the Easy Way",
Marketing Science 24 (2005). Somebody orders at a rate of their own, and after each order may leave for good.

Rates are spread over customers as Gamma(r, alpha), the chance to leave after an order as Beta(a, b). All times are in
weeks, and all orders of a day are one. Stable forms: B. Hardie's notes on the model's likelihood in spreadsheets.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, digamma, expit, gammaln, hyp2f1

Floats = NDArray[np.float64]

# Of the logarithms of the parameters: beyond these every customer would be the same one, and nothing changes any more.
BOUNDS = [(-9.0, 9.0)] * 4
# Shapes of people that a search begins with: unlike and loyal, unlike and fleeting, much alike.
STARTS = ((0.3, 0.5, 2.5), (1.0, 1.0, 1.0), (4.0, 0.1, 3.0))
# At a = 1, and at a + b = 1 for one who ordered once, the formula is nought divided by nought: a step beside it is not.
BESIDE = 1e-6
# Above this a, nearly everybody's chance to leave is the same, and the hypergeometric function gets lost.
MUCH_ALIKE, CHANCES = 50.0, 32


@dataclass(frozen=True)
class Histories:
    """One row a customer: orders after the first, and weeks from the first order to the last one and to now."""

    repeats: Floats
    last: Floats
    age: Floats

    def __len__(self) -> int:
        return len(self.repeats)

    def of(self, chosen: Any) -> "Histories":
        """Some of the rows."""
        return Histories(self.repeats[chosen], self.last[chosen], self.age[chosen])


@dataclass(frozen=True)
class BgNbd:
    """A fitted model."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


def fit(known: Histories) -> BgNbd:
    """The parameters under which these histories are likeliest, the best of a few searches."""
    rows, weights = np.unique(np.stack([known.repeats, known.last, known.age]), axis=1, return_counts=True)
    different = Histories(*rows)
    rate = (known.repeats.sum() + 1) / max(known.age.sum(), 1.0)
    starts = [np.log([r, r / rate, a, b]) for r, a, b in STARTS]
    found = [
        minimize(_cost, start, args=(different, weights), jac=True, method="L-BFGS-B", bounds=BOUNDS,
                 options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9})
        for start in starts
    ]  # fmt: skip
    best = min(found, key=lambda one: float(one.fun))
    r, alpha, a, b = (float(one) for one in np.exp(best.x))
    return BgNbd(r, alpha, a, b, log_likelihood=-float(best.fun) * float(weights.sum()))


def chance_alive(model: BgNbd, known: Histories) -> Floats:
    """That somebody has not left yet. No measure of risk: it is 1 for everybody who ordered once."""
    x = known.repeats
    odds_of_gone = (
        np.log(model.a)
        - np.log(np.maximum(model.b + x - 1, 1e-300))
        + (model.r + x) * (np.log(model.alpha + known.age) - np.log(model.alpha + known.last))
    )
    return np.where(x > 0, expit(-odds_of_gone), 1.0)


def chance_of_none(model: BgNbd, known: Histories, *, weeks: float) -> Floats:
    """That no order comes within so many weeks: the risk that an owner means by "leaving".

    Nobody leaves without an order, so who is alive stays silent with E[exp(-rate * weeks)]; the rate of somebody alive
    is Gamma(r + x, alpha + age), whatever their chance to leave. Hence 1 - P(alive) * (1 - share ** (r + x)) with
    share = (alpha + age) / (alpha + age + weeks). It needs no repeat order: the longer the silence, the higher it is.
    """
    silent = (model.r + known.repeats) * -np.log1p(weeks / (model.alpha + known.age))
    return 1.0 + chance_alive(model, known) * np.expm1(silent)


def expected_orders(model: BgNbd, known: Histories, *, weeks: float) -> Floats:
    """How many orders come within so many weeks: equation 10 of the paper.

    With Euler's transformation of the hypergeometric function the power (r + x) goes, so that neither many orders nor
    a large alpha overflows.
    """
    r, alpha, b, x = model.r, model.alpha, model.b, known.repeats
    if model.a > MUCH_ALIKE:
        return _by_likely_chances(model, known, weeks=weeks) * chance_alive(model, known)
    a = model.a if abs(model.a - 1) > BESIDE else 1 + BESIDE
    c = a + b + x - 1
    c = np.where(np.abs(c) > BESIDE, c, BESIDE)
    z = weeks / (alpha + known.age + weeks)
    with np.errstate(all="ignore"):
        alive = c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, c, z))
    # Who never leaves orders no oftener than this.
    most = (r + x) / (alpha + known.age) * weeks
    if not (is_told := np.isfinite(alive)).all():
        alive[~is_told] = _by_likely_chances(model, known.of(~is_told), weeks=weeks)
    coming: Floats = np.clip(alive, 0.0, most) * chance_alive(model, known)
    return coming


def _by_likely_chances(model: BgNbd, known: Histories, *, weeks: float) -> Floats:
    """The same of those alive, as a mean over equally likely chances to leave: where the function above overflows."""
    found = np.zeros(len(known))
    for middle in (np.arange(CHANCES) + 0.5) / CHANCES:
        chance = np.maximum(betaincinv(model.a, model.b + known.repeats, middle), 1e-12)
        grown = np.log1p(chance * weeks / (model.alpha + known.age))
        found += -np.expm1(-(model.r + known.repeats) * grown) / chance / CHANCES
    return found


def _cost(logs: Floats, known: Histories, weights: NDArray[np.int64]) -> tuple[float, Floats]:
    """The mean of minus the log-likelihood, and its slope by the logarithms of the parameters."""
    parameters = np.exp(logs)
    value, slopes = _likelihood(parameters, known)
    return -float(np.average(value, weights=weights)), -np.average(slopes, axis=1, weights=weights) * parameters


def _likelihood(parameters: Floats, known: Histories) -> tuple[Floats, Floats]:
    """Of each row: ln L = A1 + A2 + ln(exp A3 + [x > 0] exp A4), and its slopes by r, alpha, a and b."""
    r, alpha, a, b = parameters
    x, is_repeat = known.repeats, known.repeats > 0
    till_now, till_last = np.log(alpha + known.age), np.log(alpha + known.last)
    before_gone = np.where(is_repeat, b + x - 1, 1.0)
    a1 = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    a2 = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    a3 = -(r + x) * till_now
    a4 = np.where(is_repeat, np.log(a) - np.log(before_gone) - (r + x) * till_last, -np.inf)
    both = np.logaddexp(a3, a4)
    gone = np.exp(a4 - both)
    here = 1 - gone
    slopes = np.stack([
        digamma(r + x) - digamma(r) + np.log(alpha) - here * till_now - gone * till_last,
        r / alpha - (r + x) * (here / (alpha + known.age) + gone / (alpha + known.last)),
        digamma(a + b) - digamma(a + b + x) + gone / a,
        digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x) - np.where(is_repeat, gone / before_gone, 0),
    ])  # fmt: skip
    return a1 + a2 + both, slopes
