"""BG/NBD: the published figures, the formulas against plain reckoning, and parameters found again."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, gamma

from personalization.people.predict.bgnbd import (
    BgNbd,
    Histories,
    chance_alive,
    chance_of_none,
    expected_orders,
    fit,
)
from personalization.people.predict.judge import auc
from tests.people.predict.cdnow import everybody, sample
from tests.people.predict.simulated import LOYAL, simulated

MODEL = BgNbd(0.25, 4.4, 0.8, 2.4, 0.0)


def _one(repeats: float, last: float, age: float) -> Histories:
    return Histories(np.array([repeats]), np.array([last]), np.array([age]))


def test_the_sample_of_cdnow_gives_the_published_parameters() -> None:
    model = fit(sample().known)
    assert len(sample().known) == 2357
    found = (model.r, model.alpha, model.a, model.b, model.log_likelihood)
    assert found == pytest.approx((0.2426, 4.4136, 0.7929, 2.4259, -9582.43), rel=2e-4)


def test_all_of_cdnow_gives_the_known_parameters() -> None:
    model = fit(everybody().known)
    assert len(everybody().known) == 23_570
    found = (model.r, model.alpha, model.a, model.b, model.log_likelihood)
    assert found == pytest.approx((0.25162, 4.78894, 0.72343, 2.16109, -95_368.44), rel=2e-4)


def test_so_many_orders_are_predicted_for_the_39_weeks_after() -> None:
    expected = expected_orders(fit(sample().known), sample().known, weeks=39)
    assert sample().orders_after.sum() == 1882
    assert expected.sum() == pytest.approx(1653.4, abs=0.1)


def test_who_comes_back_is_told_by_expected_orders_and_not_by_being_alive() -> None:
    known, came_back = sample().known, sample().came_back
    model = fit(known)
    found = [
        auc(score, came_back)
        for score in (expected_orders(model, known, weeks=39), known.last - known.age, known.repeats,
                      chance_alive(model, known))
    ]  # fmt: skip
    assert found == pytest.approx([0.773, 0.771, 0.758, 0.316], abs=0.001)


def test_who_ordered_once_is_alive_by_the_model_but_may_well_not_order() -> None:
    once = _one(0, 0, 39)
    assert chance_alive(MODEL, once) == 1
    # (4.4 + 39) / (4.4 + 39 + 13) = 0.76950, to the power 0.25.
    assert chance_of_none(MODEL, once, weeks=13) == pytest.approx(0.93660, abs=1e-5)


def test_the_chance_of_none_is_what_the_integral_over_all_rates_gives() -> None:
    known = _one(3, 20, 30)
    # Of somebody alive the rate is Gamma(r + x, alpha + age): silent for 13 weeks with exp(-13 * rate).
    rates = gamma(MODEL.r + 3, scale=1 / (MODEL.alpha + 30))
    silent, _ = quad(lambda rate: rates.pdf(rate) * np.exp(-13 * rate), 0, 5)
    alive = chance_alive(MODEL, known)[0]
    assert chance_of_none(MODEL, known, weeks=13)[0] == pytest.approx(1 - alive * (1 - silent), abs=1e-7)


SHOPS = (
    (0.25, 4.4, 0.8, 2.4),
    (12.0, 30.0, 1.0, 2.0),
    (3.0, 2000.0, 2.5, 9.0),
    (0.3, 5.0, 0.4, 0.6),
    (80.0, 160.0, 0.01, 50.0),
    (2.0, 20.0, 45.0, 300.0),
    (2.0, 20.0, 8000.0, 900.0),
    (0.5, 3.0, 60.0, 0.5),
)


@pytest.mark.parametrize(("r", "alpha", "a", "b"), SHOPS)
@pytest.mark.parametrize("repeats", [0, 1, 30, 400])
def test_expected_orders_are_what_the_integral_over_all_people_gives(
    r: float, alpha: float, a: float, b: float, repeats: int
) -> None:
    known = _one(repeats, 90.0 if repeats else 0.0, 100.0)
    model, weeks = BgNbd(r, alpha, a, b, 0.0), 13.0
    # Of somebody alive with rate l and chance p to leave, (1 - exp(-l p t)) / p orders come; over l in closed form.
    shape, share = r + repeats, (alpha + 100.0 + weeks * np.linspace(0, 1, 2)) / (alpha + 100.0)
    chances = beta(a, b + repeats)

    def coming(chance: float) -> float:
        return float(-np.expm1(-shape * np.log1p(chance * weeks / (alpha + 100.0))) / chance)

    # By equally likely chances, so that the peak of the density is where the points are.
    middles = (np.arange(40_000) + 0.5) / 40_000
    mean = float(np.mean([coming(max(chance, 1e-12)) for chance in chances.ppf(middles)]))
    assert share[1] > 1
    expected = expected_orders(model, known, weeks=weeks)[0]
    assert expected == pytest.approx(mean * chance_alive(model, known)[0], rel=2e-3)


@pytest.mark.parametrize("repeats", [0, 5, 3000])
@pytest.mark.parametrize("alpha", [1e-4, 1.0, 8000.0])
@pytest.mark.parametrize("a", [1e-4, 1.0, 49.0, 8000.0])
def test_the_most_unlikely_customer_gets_a_number(repeats: int, alpha: float, a: float) -> None:
    model = BgNbd(5.0, alpha, a, 1e-4, 0.0)
    for known in (_one(repeats, 99.0 if repeats else 0.0, 100.0), _one(0, 0, 0)):
        for value in (expected_orders(model, known, weeks=13)[0], chance_of_none(model, known, weeks=13)[0]):
            assert np.isfinite(value)
            assert value >= 0


def test_the_parameters_of_simulated_customers_are_found_again() -> None:
    model = fit(simulated(LOYAL, customers=20_000, seed=7).known)
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((LOYAL.r, LOYAL.alpha, LOYAL.a, LOYAL.b), rel=0.15)


def test_a_shop_that_nobody_ever_leaves_is_learned_too() -> None:
    weeks = np.full(300, 50.0)
    model = fit(Histories(np.full(300, 50.0), weeks - 0.5, weeks))
    assert expected_orders(model, _one(50, 49.5, 50), weeks=10)[0] == pytest.approx(10, rel=0.05)
