"""What a shop's own past decides about its learners: how slowly interest fades, how far taste may be trusted."""

from dataclasses import replace

import numpy as np
import pytest

from personalization.recommend.train import tune
from personalization.recommend.train.model import LearnSettings, learn
from personalization.recommend.train.plan import plan_for
from personalization.recommend.train.searched import Questions, search, usual
from personalization.recommend.train.settings import LearnSettings as Settings
from personalization.recommend.train.shop import Shop, binary, number
from tests.recommend.train.shops import log_of, weekly_shop

PRODUCTS, SHOPPERS, BASKETS = 60, 80, 40
SHELVES = {product: (product % 6, f"product {product}") for product in range(1, PRODUCTS + 1)}
QUICK = LearnSettings(vector_size=8, epochs=1, seconds=300.0)


def shop_of_habits(*, days_between: float, change_every: int) -> Shop:
    """Each shopper has four favourites, of which a basket holds one or two beside chance; they change now and then."""
    chance, baskets = np.random.default_rng(3), []
    for shopper in range(SHOPPERS):
        for turn in range(BASKETS):
            if turn % change_every == 0:
                favourites = chance.choice(PRODUCTS, 4, replace=False) + 1
            bought = {*chance.choice(favourites, 2).tolist(), *(chance.choice(PRODUCTS, 3) + 1).tolist()}
            day = turn * days_between + shopper / SHOPPERS
            baskets.append((shopper + 1, turn * SHOPPERS + shopper, day, sorted(bought)))
    return number(log_of(baskets, shelves=SHELVES))


def asked_of(shop: Shop) -> tuple[Shop, Questions, float]:
    """The shop before everybody's last basket, and that basket as the question."""
    day = float(shop.basket_day.max()) - 1.5
    old = shop.basket_day[shop.line_basket] < day
    before = number(
        log_of(
            [
                (int(shop.shopper[shop.basket_shopper[basket]]), int(basket), float(shop.basket_day[basket]),
                 shop.product[shop.line_product[(shop.line_basket == basket)]].tolist())
                for basket in np.unique(shop.line_basket[old])
            ],
            shelves=SHELVES,
        ),
        now_day=day,
    )  # fmt: skip
    row, column = shop.line_shopper[~old], shop.line_product[~old]
    truth = binary(row, column, (shop.shoppers, shop.products))
    return before, Questions(np.arange(shop.shoppers), {"next": truth, "novel": truth}), day


@pytest.mark.parametrize(
    ("days_between", "change_every", "is_slow"),
    [(30.0, BASKETS, True), (30.0, 4, False)],
    ids=["rare buyers who stay with their favourites", "the same, who change them every fourth time"],
)
def test_the_pace_is_that_of_the_shop(days_between, change_every, is_slow):
    shop, asked, day = asked_of(shop_of_habits(days_between=days_between, change_every=change_every))
    found = search(shop, asked, settings=Settings(), day=day)
    assert (found.pace > 1.0) == is_slow, found.marks
    assert found.marks["pace"]["1"] == 1.0
    assert set(found.marks) == {"pace", "taste_penalty"}


def test_the_same_past_gives_the_same_values():
    shop, asked, day = asked_of(shop_of_habits(days_between=30.0, change_every=BASKETS))
    assert search(shop, asked, settings=Settings(), day=day) == search(shop, asked, settings=Settings(), day=day)


def test_where_nothing_can_be_told_the_usual_values_stay():
    shop, asked, day = asked_of(shop_of_habits(days_between=30.0, change_every=BASKETS))
    nobody = Questions(np.empty(0, np.int64), {task: truth[:0] for task, truth in asked.truths.items()})
    nothing = binary(np.empty(0, np.int64), np.empty(0, np.int64), (shop.shoppers, shop.products))
    unfound = replace(asked, truths=dict.fromkeys(asked.truths, nothing))
    for questions in (nobody, unfound):
        found = search(shop, questions, settings=Settings(), day=day)
        assert (found.pace, found.taste_penalty, found.marks["pace"]) == (1.0, 100.0, {})


def test_a_shop_at_another_pace_remembers_longer_and_is_otherwise_the_same():
    shop = number(weekly_shop())
    slow = shop.at_pace(4.0)
    assert shop.pace == 1.0
    assert np.allclose(slow.fade(60.0), shop.fade(240.0))
    assert (slow.by_shopper != shop.by_shopper).nnz == 0


def test_all_learn_at_the_pace_that_was_found_and_the_run_tells_it(monkeypatch):
    def told(shop, asked, *, settings, day):
        return replace(usual(settings), pace=4.0, taste_penalty=10.0, marks={"pace": {"1": 1.0, "4": 1.2}})

    monkeypatch.setattr(tune, "search", told)
    model = learn(weekly_shop(), settings=QUICK)
    assert model.experts.shop.pace == 4.0
    assert model.facts["searched"] == {"pace": 4.0, "taste_penalty": 10.0, "marks": {"pace": {"1": 1.0, "4": 1.2}}}

    # The last training is given what the trial found, and searches for nothing itself.
    monkeypatch.setattr(tune, "search", lambda *_, **__: pytest.fail("it was found already"))
    again = learn(weekly_shop(), settings=QUICK, blends=model.blends)
    assert again.experts.shop.pace == 4.0


def test_a_short_budget_leaves_the_search_out():
    shop = number(weekly_shop())
    assert plan_for(shop, settings=LearnSettings(seconds=300.0)).search
    short = plan_for(shop, settings=LearnSettings(seconds=0.001))
    assert not short.search
    assert "learners set as usual" in short.steps
