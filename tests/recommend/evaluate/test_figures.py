"""Novelty, money and their intervals, on two lists whose figures are worked out by hand."""

import numpy as np
import pytest

from personalization.recommend.evaluate.cases import Cases
from personalization.recommend.evaluate.figures import compared, novelty, totals

MILK, BREAD, JAM = 0, 1, 2
SOLD = np.array([4.0, 2.0, 2.0])
OURS, BEST = np.array([[JAM, BREAD], [JAM, -1]]), np.array([[MILK, BREAD], [MILK, BREAD]])
CASES = Cases([np.array([7]), np.array([8])], [{JAM: 5.0}, {MILK: 2.0, BREAD: 3.0}], are_people=True)


def test_what_half_as_many_baskets_hold_is_one_bit_more_surprising() -> None:
    assert novelty(OURS, SOLD).tolist() == [2.0, 2.0]
    assert novelty(BEST, SOLD).tolist() == [1.5, 1.5]


def test_an_empty_list_surprises_nobody() -> None:
    assert novelty(np.array([[-1, -1]]), SOLD).tolist() == [0.0]


def test_money_counts_where_what_was_bought_stood_in_the_list() -> None:
    assert totals(OURS, BEST, CASES, k=2) == {"ours": 5.0, "best": 5.0, "spent": 10.0}


def test_each_figure_stands_beside_best_sellers() -> None:
    told = compared(OURS, BEST, CASES, k=2, sold=SOLD)
    assert told["hit_rate"]["ours"]["mean"] == told["hit_rate"]["best"]["mean"] == 0.5
    assert told["hit_rate"]["difference"] == pytest.approx({"mean": 0.0, "low": -1.0, "high": 1.0})
    assert told["revenue"]["ours"]["mean"] == 2500.0
    assert told["coverage"]["ours"]["mean"] == pytest.approx(2 / 3, abs=1e-6)
    assert told["coverage"]["difference"]["mean"] == 0.0


def test_without_prices_nothing_is_said_of_money() -> None:
    cases = Cases(CASES.asked, [{JAM: 0.0}, {MILK: 0.0}])
    assert "revenue" not in compared(OURS, BEST, cases, k=2, sold=SOLD)
