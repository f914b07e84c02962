"""The day of the next order: a person's own gaps, with the shop's as a prior, and nothing where nobody can tell."""

import numpy as np
import pytest

from personalization.people.predict.rhythm import Gaps, Rhythm, days_ahead, learn

# The shop's usual gap is 10 days; its word counts as much as two gaps of the person's own.
SHOP = Rhythm(mean=float(np.log(10)), within=0.04, weight=2.0)


def gaps(*people: list[float]) -> Gaps:
    logs = [np.log(np.array(one)) if one else np.array([]) for one in people]
    return Gaps(
        np.array([float(len(one)) for one in logs]), np.array([one.sum() for one in logs]),
        np.array([(one**2).sum() for one in logs]),
    )  # fmt: skip


def _ahead(own: list[float], silent: float) -> float:
    return float(days_ahead(SHOP, gaps(own), np.array([silent]))[0])


def test_own_gaps_and_the_shops_meet_in_proportion() -> None:
    # Two gaps of 40 days and a prior of two gaps of 10: the middle of their logarithms, 20 days.
    assert _ahead([40, 40], 0) == pytest.approx(20, rel=0.01)
    # Twenty own gaps outweigh it: exp((2 ln 10 + 20 ln 40) / 22).
    assert _ahead([40] * 20, 0) == pytest.approx(35.26, rel=0.01)


def test_what_has_passed_is_passed() -> None:
    assert _ahead([40, 40], 5) == pytest.approx(15, rel=0.02)


def test_an_order_that_is_overdue_is_expected_soon() -> None:
    assert 0 < _ahead([40, 40], 25) < 5


def test_who_has_left_out_three_turns_has_stopped() -> None:
    assert np.isnan(_ahead([40, 40], 61))
    assert not np.isnan(_ahead([40, 40], 59))


def test_one_gap_is_no_rhythm() -> None:
    assert np.isnan(_ahead([40], 0))
    assert np.isnan(_ahead([], 0))


def test_the_shops_rhythm_is_found_again() -> None:
    dice = np.random.default_rng(2)
    means = dice.normal(np.log(14), 0.5, 4000)
    people = gaps(*[list(np.exp(dice.normal(mean, 0.3, dice.integers(2, 9)))) for mean in means])
    found = learn(people)
    assert found is not None
    assert found.mean == pytest.approx(np.log(14), abs=0.03)
    assert found.within == pytest.approx(0.09, rel=0.05)
    assert found.weight == pytest.approx(0.09 / 0.25, rel=0.1)


def test_a_shop_of_one_regular_has_no_rhythm() -> None:
    assert learn(gaps([7, 7, 7], [3])) is None


def test_people_who_are_all_alike_are_no_failure() -> None:
    found = learn(gaps(*[[7.0, 7.0, 7.0]] * 50))
    assert found is not None
    assert float(days_ahead(found, gaps([7.0, 7.0]), np.array([2.0]))[0]) == pytest.approx(5, abs=0.1)
