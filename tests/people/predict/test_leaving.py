"""The chance of no order: it ranks at least as well as expected orders, says true shares, and stays sensible."""

import numpy as np
import pytest

from personalization.people.predict.bgnbd import Histories, expected_orders, fit
from personalization.people.predict.judge import auc, of_chances
from personalization.people.predict.leaving import UNCORRECTED, chance_of_leaving, learn
from tests.people.predict import cdnow
from tests.people.predict.simulated import LOYAL, simulated

HALF_WAY = np.datetime64("1997-05-17")


@pytest.fixture(scope="module")
def risks() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Risks for the 39 weeks, corrected by the half of the learning time before; expected orders; who ordered none."""
    now, then = cdnow.sample(), cdnow.sample(until=HALF_WAY)
    ordered = now.known.repeats > then.known.repeats
    before, weeks = fit(then.known), float((cdnow.LEARNED_UNTIL - HALF_WAY).astype(int)) / 7
    weights = learn(before, then.known, ordered, weeks=weeks)
    model = fit(now.known)
    risk = chance_of_leaving(model, weights, now.known, weeks=39)
    return risk, expected_orders(model, now.known, weeks=39), ~now.came_back


def test_it_tells_who_leaves_at_least_as_well_as_expected_orders(risks: tuple[np.ndarray, ...]) -> None:
    risk, expected, none = risks
    assert auc(risk, none) >= auc(-expected, none)
    # Measured; expected orders alone reach 0.7725.
    assert auc(risk, none) == pytest.approx(0.7788, abs=0.0003)


def test_each_tenth_of_the_customers_leaves_as_often_as_was_said(risks: tuple[np.ndarray, ...]) -> None:
    risk, _, none = risks
    verdict = of_chances(risk, none)
    assert verdict.is_shown
    for point in verdict.points:
        assert point["predicted"] == pytest.approx(point["actual"], abs=0.08)
    assert verdict.figures["predicted"] == pytest.approx(verdict.figures["actual"], abs=0.02)


def test_who_ordered_once_is_not_the_safest() -> None:
    model = fit(cdnow.sample().known)
    known = Histories(np.array([0.0, 8.0]), np.array([0.0, 36.0]), np.array([38.0, 38.0]))
    once, regular = chance_of_leaving(model, UNCORRECTED, known, weeks=39)
    assert once > 0.7
    assert regular < 0.1


def test_where_the_models_story_is_true_little_is_corrected() -> None:
    people = simulated(LOYAL, customers=8000, seed=3, weeks=80.0)
    cut, weeks = 60.0, 20.0
    known = [(one[one <= cut - came], came, one) for one, came in zip(people.orders, people.came, strict=True)]
    then = Histories(
        np.array([len(before) - 1.0 for before, _, _ in known]), np.array([before[-1] for before, _, _ in known]),
        cut - people.came,
    )  # fmt: skip
    ordered = np.array([len(whole) > len(before) for before, _, whole in known])
    model = fit(then)
    corrected = chance_of_leaving(model, learn(model, then, ordered, weeks=weeks), then, weeks=weeks)
    assert of_chances(corrected, ~ordered).figures["error"] < of_chances(corrected, ~ordered).figures["plain"] * 0.85
    assert corrected.mean() == pytest.approx((~ordered).mean(), abs=0.02)


def test_without_anything_to_learn_from_the_model_alone_speaks() -> None:
    known = Histories(np.array([]), np.array([]), np.array([]))
    model = fit(cdnow.sample().known)
    assert learn(model, known, np.array([], dtype=bool), weeks=10) == pytest.approx(UNCORRECTED)
