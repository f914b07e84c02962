"""Gamma-Gamma: the published figures, and what it says of those who ordered little."""

import numpy as np
import pytest

from personalization.people.predict.gamma_gamma import GammaGamma, Spending, expected_spend, fit
from tests.people.predict.cdnow import sample

MODEL = GammaGamma(6.0, 4.0, 15.0, 0.0)


def _one(orders: float, mean: float) -> Spending:
    return Spending(np.array([orders]), np.array([mean]))


def test_the_repeat_customers_of_cdnow_give_the_published_parameters() -> None:
    assert len(sample().spending.mean) == 946
    model = fit(sample().spending)
    assert (model.p, model.q, model.v) == pytest.approx((6.2496, 3.7442, 15.4435), rel=2e-4)


def test_what_a_stranger_spends_is_what_all_spend() -> None:
    # 6 * 15 / (4 - 1)
    assert MODEL.usual == 30


def test_one_order_counts_less_than_many() -> None:
    # 6 * (15 + 90) / (6 + 3) and 6 * (15 + 9,000) / (600 + 3)
    assert expected_spend(MODEL, _one(1, 90)) == pytest.approx(70)
    assert expected_spend(MODEL, _one(100, 90)) == pytest.approx(89.701, abs=0.001)


def test_the_currency_changes_nothing_but_the_currency() -> None:
    known = sample().spending
    ours, yen = fit(known), fit(Spending(known.orders, known.mean * 150))
    assert (yen.p, yen.q, yen.v) == pytest.approx((ours.p, ours.q, ours.v * 150), rel=1e-4)
    assert yen.log_likelihood == pytest.approx(ours.log_likelihood - 946 * np.log(150), rel=1e-6)


def test_the_parameters_of_simulated_spenders_are_found_again() -> None:
    dice = np.random.default_rng(11)
    orders = dice.integers(1, 12, 20_000).astype(float)
    rates = dice.gamma(4.0, 1 / 15.0, 20_000)
    means = dice.gamma(6.0 * orders, 1 / rates) / orders
    model = fit(Spending(orders, means))
    # p and v give way to each other; what they say together is sharp.
    assert (model.p, model.q, model.v) == pytest.approx((6.0, 4.0, 15.0), rel=0.2)
    assert model.usual == pytest.approx(30, rel=0.02)
