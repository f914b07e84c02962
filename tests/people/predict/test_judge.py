"""How a prediction is judged, on numbers small enough to reckon by hand."""

import numpy as np
import pytest

from personalization.people.predict.judge import auc, of_amounts, of_chances, of_days


def test_the_right_order_in_every_pair_is_one_and_the_wrong_one_nought() -> None:
    came = np.array([True, False, True, False])
    assert auc(np.array([4.0, 1.0, 3.0, 2.0]), came) == 1
    assert auc(np.array([1.0, 4.0, 2.0, 3.0]), came) == 0
    # Of four pairs three are right.
    assert auc(np.array([4.0, 1.0, 2.0, 3.0]), came) == 0.75
    assert auc(np.ones(4), came) == 0.5
    assert auc(np.ones(4), np.ones(4, dtype=bool)) == 0.5


def test_chances_must_beat_the_share_that_is_known_only_afterwards() -> None:
    came = np.array([True, True, False, False])
    good = of_chances(np.array([0.9, 0.8, 0.2, 0.1]), came)
    # (0.01 + 0.04 + 0.04 + 0.01) / 4, and 0.5 * 0.5.
    assert (good.figures["error"], good.figures["plain"]) == (pytest.approx(0.025), 0.25)
    assert good.is_shown
    assert of_chances(np.array([0.2, 0.1, 0.9, 0.8]), came).why == "no_better"
    assert of_chances(np.full(4, 0.5), came).why == "no_better"


def test_amounts_are_told_in_the_sum_and_judged_one_by_one() -> None:
    verdict = of_amounts(np.array([1.0, 3.0]), np.array([0.0, 4.0]))
    assert (verdict.figures["predicted"], verdict.figures["actual"]) == (4, 4)
    assert (verdict.figures["error"], verdict.figures["plain"]) == (1, 4)


def test_days_are_judged_by_how_many_of_them_it_was_wrong() -> None:
    verdict = of_days(np.array([5.0, 9.0]), np.array([7.0, 7.0]), np.array([4.0, 11.0]))
    assert (verdict.figures["error"], verdict.figures["plain"]) == (1.5, 3.5)


def test_one_who_comes_back_after_months_does_not_move_the_middle_day() -> None:
    actual = np.array([4.0, 5.0, 6.0, 5.0, 90.0] * 40)
    points = of_days(np.full(200, 5.0), np.full(200, 50.0), actual).points
    assert {point["actual"] for point in points} == {5.0}
    # Of 20 in order, those at ranks 10 - 4.4 and 10 + 4.4: the sixth and the sixteenth.
    assert (points[0]["low"], points[0]["high"]) == (5, 6)


def test_people_come_in_tenths_by_what_was_said_of_them() -> None:
    said = np.linspace(0, 0.99, 100)
    points = of_chances(said, said > 0.5).points
    assert [point["people"] for point in points] == [10] * 10
    assert points[0]["predicted"] == pytest.approx(0.045)
    assert (points[0]["actual"], points[9]["actual"]) == (0, 1)
    # Wilson: of none of ten, up to 27.75 % may well be the truth.
    assert points[0]["low"] == pytest.approx(0, abs=1e-9)
    assert points[0]["high"] == pytest.approx(0.2775, abs=1e-3)


def test_few_people_are_no_failure() -> None:
    assert len(of_chances(np.array([0.5]), np.array([True])).points) == 1
