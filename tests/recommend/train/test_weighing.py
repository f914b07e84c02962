"""Weighing the learners: the formula of taste, candidates, blends and the practice on past weeks."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from personalization.recommend.train.blend import Examples, Mixed, choose
from personalization.recommend.train.candidates import Candidates, gather
from personalization.recommend.train.content import Content
from personalization.recommend.train.plain import Prior
from personalization.recommend.train.plan import Plan
from personalization.recommend.train.popularity import Popularity
from personalization.recommend.train.repeat import Repeat
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import number
from personalization.recommend.train.taste import Taste, saturated
from personalization.recommend.train.top import at_least, best_columns
from personalization.recommend.train.tune import cuts, practise
from tests.recommend.train.shops import log_of, weekly_shop

SETTINGS = LearnSettings(vector_size=8, epochs=2, threads=1)


def test_taste_is_ease_without_its_item_matrix() -> None:
    shop = number(log_of())
    history = saturated(shop.by_shopper).toarray().astype(np.float64)
    precision = np.linalg.inv(history.T @ history + 2.0 * np.eye(shop.products))
    weights = np.eye(shop.products) - precision / np.diag(precision)
    found = Taste.learn(shop, seed=1, penalty=2.0).evidence(np.arange(3), now_day=shop.now_day)
    assert found["taste"] == pytest.approx(history @ weights, abs=1e-4)


def test_taste_of_a_shop_without_shoppers_is_silent() -> None:
    shop = number(log_of([]))
    assert Taste.learn(shop, seed=1, penalty=2.0).evidence(np.empty(0, np.int64), now_day=0)["taste"].shape == (0, 6)


def test_the_best_columns_come_best_first_and_equals_in_order() -> None:
    scores = np.array([[0.1, 0.9, 0.5, 0.9]], dtype=np.float32)
    assert best_columns(scores, 3).tolist() == [[1, 3, 2]]
    assert best_columns(scores, 9).tolist() == [[1, 3, 2, 0]]


def test_the_bar_lets_at_least_k_over_and_few_more() -> None:
    scores = np.random.default_rng(1).random((5, 1000), dtype=np.float32)
    over = (scores >= at_least(scores, 20)).sum(axis=1)
    assert (over >= 20).all()
    assert (over < 40).all()


def test_candidates_carry_all_evidence_and_leave_out_the_barred() -> None:
    shop = number(log_of())
    barred = np.zeros((2, shop.products), dtype=bool)
    barred[0, 0] = True
    found = gather([Popularity.learn(shop), Repeat.learn(shop)], np.array([0, 1]), now_day=24.0, barred=barred)
    assert not ((found.row == 0) & (found.column == 0)).any()
    assert {"popular_28", "trend", "repeat", "place_repeat"} <= set(found.names)
    assert found.features.shape == (len(found.row), len(found.names))


def examples(*, useful: int, seed: int, cases: int = 200) -> Examples:
    """Ten candidates a case; the one with the largest useful feature is bought, the other feature is noise."""
    chance = np.random.default_rng(seed)
    features = chance.random((cases * 10, 2), dtype=np.float32)
    row = np.repeat(np.arange(cases), 10)
    best = features[:, useful].reshape(cases, 10).argmax(axis=1)
    bought = np.zeros((cases, 10), dtype=bool)
    bought[np.arange(cases), best] = True
    return Examples(Candidates(row, np.tile(np.arange(10), cases), features, ("place_a", "place_b")), bought.ravel())


@pytest.mark.parametrize("useful", [0, 1])
def test_the_learner_that_was_right_is_believed(useful: int) -> None:
    windows = [examples(useful=useful, seed=seed) for seed in (1, 2, 3)]
    blend = choose(windows, seed=1)
    assert blend.kind != "prior"
    fresh = examples(useful=useful, seed=9)
    ranked = blend.scores(fresh.candidates).reshape(-1, 10).argmax(axis=1)
    assert (ranked == fresh.bought.reshape(-1, 10).argmax(axis=1)).mean() > 0.8


def _of_shops(features: dict[str, np.ndarray], bought: np.ndarray) -> Examples:
    row = np.repeat(np.arange(len(bought) // 10), 10)
    table = np.stack(list(features.values()), axis=1).astype(np.float32)
    return Examples(Candidates(row, np.tile(np.arange(10), len(bought) // 10), table, tuple(features)), bought)


def _popular_shop(cases: int, seed: int) -> Examples:
    """What sells best is bought, by odds alone; five other learners see patterns where there are none."""
    chance = np.random.default_rng(seed)
    sold = np.tile(np.arange(10.0, 0.0, -1.0), cases)
    bought = chance.random(cases * 10) < sold**2 / 300
    noise = {f"place_{name}": chance.random(cases * 10) for name in "abcde"}
    return _of_shops(noise | {"sold": sold}, bought)


def test_where_only_best_sellers_sell_nothing_else_is_listened_to() -> None:
    fresh = _popular_shop(300, seed=9)
    chosen = choose([_popular_shop(150, seed=seed) for seed in (1, 2)], seed=1)
    assert chosen.marks["popular alone"] > chosen.marks["prior"]
    ranked = chosen.scores(fresh.candidates).reshape(-1, 10)
    assert (ranked.argmax(axis=1) == 0).mean() > 0.9


def test_too_few_to_weigh_are_enough_to_compare() -> None:
    windows = [_popular_shop(8, seed=seed) for seed in (1, 2)]
    assert 15 <= sum(int(window.bought.sum()) for window in windows) < 50
    chosen = choose(windows, seed=1)
    assert (chosen.kind, chosen.why) == ("popular alone", "too few purchases in the weeks held out")


def test_too_few_examples_leave_the_prior() -> None:
    for windows in ([examples(useful=0, seed=1, cases=10)], [], [Examples.none()]):
        chosen = choose(windows, seed=1)
        assert isinstance(chosen.blend, Prior)
        assert "too few purchases" in chosen.why


def test_noise_cannot_unseat_the_prior_by_much() -> None:
    windows = [examples(useful=0, seed=seed) for seed in (1, 2)]
    mixed = Mixed.fit(windows[0].candidates.features, windows[0].bought, seed=1)
    assert mixed.scores(windows[1].candidates).shape == (2000,)


def test_windows_follow_each_other_up_to_the_last_day() -> None:
    log = weekly_shop(weeks=30)
    days = cuts(log, settings=LearnSettings(), windows=3)
    assert len(days) == 3
    assert days[-1][1] == pytest.approx(log.last_day)
    assert all(until == pytest.approx(start) for (_, until), (start, _) in pairwise(days))
    assert all(until - day == pytest.approx(28.0) for day, until in days)


def test_a_young_shop_practises_on_shorter_windows() -> None:
    days = cuts(weekly_shop(weeks=8), settings=LearnSettings(), windows=4)
    assert days
    assert all(until - day < 28 for day, until in days)


def test_a_shop_without_a_past_does_not_practise() -> None:
    assert cuts(log_of([]), settings=LearnSettings(), windows=4) == []
    assert cuts(log_of([(1, 1, 5.0, (11, 12))]), settings=LearnSettings(), windows=4) == []


def test_the_oldest_vectors_know_nothing_of_the_questions() -> None:
    log = weekly_shop(weeks=16)
    day = cuts(log, settings=SETTINGS, windows=3)[0][0]
    changed = replace(log, purchases=log.purchases.only(log.purchases.day < day))
    whole = practise(
        log, content=Content.learn(number(log)), settings=SETTINGS, plan=Plan(windows=3), tick=lambda part: None
    )
    kept = number(changed, now_day=day)
    assert whole.vectors is not None
    assert whole.vectors.product.tolist() == kept.product[kept.basket_counts >= SETTINGS.minimum_baskets].tolist()
