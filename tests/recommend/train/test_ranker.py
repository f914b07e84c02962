"""The ranker: used where it wins, replaced with a reason where it cannot, and cut down to the time there is."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from personalization.recommend.train.blend import Examples, choose
from personalization.recommend.train.candidates import Candidates
from personalization.recommend.train.model import LearnSettings, learn
from personalization.recommend.train.plan import LINE_EMBEDDED, STEPS, Plan, cost, plan_for
from personalization.recommend.train.ranker import Ranker
from personalization.recommend.train.shop import Shop, number
from tests.recommend.train.shops import weekly_shop

WITHOUT_LIGHTGBM = """
import sys
sys.modules["lightgbm"] = None  # what a machine without libgomp amounts to
from personalization.recommend.train.blend import choose
from tests.recommend.train.test_ranker import either_or
chosen = choose([either_or(seed=seed) for seed in (1, 2, 3)], seed=1)
print(chosen.kind, "|", chosen.why)
"""


def either_or(*, seed: int, cases: int = 300) -> Examples:
    """Bought when one of two signs is there, but not when both are: no sum of the two can tell."""
    chance = np.random.default_rng(seed)
    features = chance.random((cases * 20, 2), dtype=np.float32)
    bought = (features[:, 0] > 0.8) != (features[:, 1] > 0.8)
    row = np.repeat(np.arange(cases), 20)
    names = tuple(f"place_{sign}" for sign in "abcdef")  # each sign told three times: a tree is shown half of them
    return Examples(Candidates(row, np.tile(np.arange(20), cases), np.tile(features, 3), names), bought)


def test_the_ranker_serves_where_it_ranks_the_newest_weeks_best() -> None:
    chosen = choose([either_or(seed=seed) for seed in (1, 2, 3)], seed=1)
    assert isinstance(chosen.blend, Ranker)
    assert chosen.kind.startswith("ranker")
    assert chosen.marks[chosen.kind] == max(chosen.marks.values())
    fresh = either_or(seed=9)
    best = chosen.scores(fresh.candidates).reshape(-1, 20).argmax(axis=1)
    assert fresh.bought.reshape(-1, 20)[np.arange(len(best)), best].mean() > 0.95


def test_scores_of_the_ranker_are_log_odds() -> None:
    chosen = choose([either_or(seed=seed) for seed in (1, 2, 3)], seed=1)
    fresh = either_or(seed=9)
    chance = 1 / (1 + np.exp(-chosen.scores(fresh.candidates)))
    assert chance.mean() == pytest.approx(fresh.bought.mean(), abs=0.1)


def test_the_same_examples_grow_the_same_trees() -> None:
    windows = [either_or(seed=seed) for seed in (1, 2, 3)]
    fresh = either_or(seed=9).candidates
    first, second = (choose(windows, seed=1).scores(fresh) for _ in range(2))
    assert np.array_equal(first, second)


def test_without_lightgbm_other_trees_serve_and_the_reason_is_told() -> None:
    told = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIGHTGBM], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    kind, why = told.strip().split(" | ", 1)
    assert kind in ("trees", "mixed")
    assert "LightGBM cannot be used here" in why


def test_the_number_of_threads_changes_no_answer() -> None:
    def lists(threads: int) -> tuple[np.ndarray, np.ndarray]:
        settings = LearnSettings(vector_size=8, epochs=2, threads=threads)
        found = learn(weekly_shop(shoppers=40), settings=settings).next(np.arange(1, 41), 5, now_day=140.0)
        return found.product, found.score

    one, three = lists(1), lists(3)
    assert np.array_equal(one[0], three[0])
    assert np.array_equal(one[1], three[1])


def test_a_model_tells_how_it_was_made() -> None:
    facts = learn(weekly_shop(), settings=LearnSettings(vector_size=8, epochs=2)).facts
    assert set(facts["blends"]) == {"next", "novel", "together"}
    for story in facts["blends"].values():
        assert story["why"]
        assert story["kind"] == max(story["marks"], key=story["marks"].get, default="prior")
    assert facts["plan"]["steps"] == []


@pytest.fixture(scope="module")
def large() -> Shop:
    """A shop of 6,000 products and half a million lines, as far as the plan is concerned."""
    shop, lines = number(weekly_shop()), np.zeros(500_000, np.int64)
    return replace(
        shop, product=np.arange(6_000), shopper=np.arange(3_000), line_product=lines, basket_day=np.zeros(60_000)
    )


@pytest.mark.parametrize("seconds", [300.0, 120.0, 60.0, 30.0])
def test_a_plan_keeps_to_its_budget_by_steps_it_names(large: Shop, seconds: float) -> None:
    settings = LearnSettings(seconds=seconds)
    plan = plan_for(large, settings=settings)
    assert plan.seconds == cost(plan, large, settings=settings) <= seconds
    assert list(plan.steps) == [name for name in STEPS if name in plan.steps], "mildest first"
    assert plan == plan_for(large, settings=settings)


@pytest.mark.parametrize(
    ("looks", "visits", "more"),
    [
        (100_000, 20_000, 6.0),  # 60 microseconds a look, item2vec of visits among them
        (600_000, 100_000, 15.0),  # there is no time for item2vec: 25 microseconds
        (2_000_000, 300_000, 30.0),  # a tenth of the budget, for the newest
    ],
)
def test_the_next_click_is_counted(large: Shop, looks: int, visits: int, more: float) -> None:
    settings = LearnSettings(seconds=300.0)
    visited = replace(large, visit_visitor=np.arange(looks) % visits, visit_product=np.zeros(looks, np.int64))
    read = looks * LINE_EMBEDDED * 6 * 1.5  # by the item2vec of all that was bought and looked at
    # Without visits, half a million lines of baskets stand in: 25 microseconds each.
    added = cost(Plan(), visited, settings=settings) - cost(Plan(), large, settings=settings)
    assert added == pytest.approx(read + more - 12.5)


def test_a_budget_that_nothing_fits_gets_the_smallest_plan(large: Shop) -> None:
    plan = plan_for(large, settings=LearnSettings(seconds=0.1))
    assert plan.windows == 1
    assert plan.epochs == 1


def test_a_small_shop_is_never_cut_down() -> None:
    plan = plan_for(number(weekly_shop()), settings=LearnSettings())
    assert replace(plan, seconds=0.0) == Plan()
