"""The yardstick, against figures worked out by hand."""

from math import log2

import numpy as np
import pytest

from personalization.recommend import measure

MILK, BREAD, EGGS, JAM = 1, 2, 3, 4
NOTHING = -1


def test_a_hit_anywhere_in_the_list_counts_once() -> None:
    lists = np.array([[MILK, BREAD, EGGS], [JAM, MILK, BREAD], [JAM, NOTHING, NOTHING]])
    assert measure.hit_rate(lists, [{EGGS, BREAD}, {EGGS}, {JAM}], k=3).tolist() == [1, 0, 1]


def test_a_hit_below_k_does_not_count() -> None:
    assert measure.hit_rate(np.array([[MILK, BREAD, EGGS]]), [{EGGS}], k=2).tolist() == [0]


def test_a_reciprocal_rank_is_that_of_the_first_right_one() -> None:
    lists = np.array([[MILK, BREAD, EGGS], [JAM, MILK, BREAD], [JAM, NOTHING, NOTHING]])
    assert measure.reciprocal_rank(lists, [{EGGS, BREAD}, {EGGS}, {JAM}], k=3).tolist() == [1 / 2, 0, 1]
    assert measure.reciprocal_rank(lists, [{EGGS}, {EGGS}, {BREAD}], k=2).tolist() == [0, 0, 0]


def test_the_ideal_of_ndcg_holds_no_more_than_was_bought() -> None:
    lists = np.array([[BREAD, MILK, JAM]])
    assert measure.ndcg(lists, [{MILK}], k=3)[0] == pytest.approx(1 / log2(3))


def test_the_ideal_of_ndcg_holds_no_more_than_k() -> None:
    lists = np.array([[MILK, BREAD]])
    assert measure.ndcg(lists, [{MILK, BREAD, EGGS, JAM}], k=2)[0] == pytest.approx(1.0)


def test_ndcg_adds_the_gains_of_all_places() -> None:
    lists = np.array([[MILK, JAM, EGGS]])
    gained, best = 1 + 1 / log2(4), 1 + 1 / log2(3)
    assert measure.ndcg(lists, [{MILK, EGGS}], k=3)[0] == pytest.approx(gained / best)


def test_a_case_in_which_nothing_was_bought_scores_zero() -> None:
    assert measure.ndcg(np.array([[MILK]]), [set()], k=1).tolist() == [0]


def test_padding_is_never_a_hit() -> None:
    assert measure.ndcg(np.array([[NOTHING, MILK]]), [{NOTHING, MILK}], k=2)[0] < 1


def test_no_cases_give_no_values() -> None:
    assert measure.ndcg(np.empty((0, 10), np.int64), [], k=10).shape == (0,)


def test_coverage_is_the_share_of_products_in_any_list() -> None:
    assert measure.coverage(np.array([[MILK, BREAD], [MILK, NOTHING]]), products=4) == 0.5
    assert measure.coverage(np.empty((0, 2), np.int64), products=0) == 0


def test_an_interval_holds_its_mean_and_repeats_itself() -> None:
    values = np.array([0.0, 0.0, 1.0, 1.0] * 25)
    found = measure.interval(values)
    assert found.mean == 0.5
    assert found.low == pytest.approx(0.40, abs=0.02)  # 0.5 - 1.96 * 0.5 / sqrt(100)
    assert found.high == pytest.approx(0.60, abs=0.02)
    assert measure.interval(values) == found


def test_a_steady_small_gain_shows_in_pairs_where_the_single_intervals_overlap() -> None:
    theirs = np.tile([0.0, 0.2, 0.8, 1.0], 25)
    ours = theirs + 0.01
    assert measure.interval(ours).low < measure.interval(theirs).mean
    assert measure.paired_interval(ours, theirs).is_above_zero


def test_no_cases_prove_nothing() -> None:
    assert not measure.interval(np.empty(0)).is_above_zero
