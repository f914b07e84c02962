"""What is looked at next: small visits worked out by hand."""

import time

import numpy as np
import pytest

from personalization.recommend import visit
from personalization.recommend.train.clicks import STEPS, Clicks, learn_clicks, stepped
from personalization.recommend.train.cooccurrence import Cooccurrence
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.sessions import sessions_of
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import number
from tests.recommend.train.shops import BREAD, BUTTER, CANDLE, JAM, MILK, SOAP, log_of

SETTINGS = LearnSettings(item2vec=False, threads=1)


def ids(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def looks(*visits: tuple[int, ...]) -> list[tuple[int, float, int]]:
    return [(name, name + place / 100, one) for name, visit in enumerate(visits) for place, one in enumerate(visit)]


def learned(log: ShopLog) -> Clicks:
    shop = number(log)
    return learn_clicks(log, shop, Cooccurrence.learn(shop).together, settings=SETTINGS)


@pytest.fixture(scope="module")
def one_way() -> Clicks:
    """After milk always bread, after bread always jam; now and then somebody goes back."""
    return learned(log_of(visits=looks(*[(MILK, BREAD, JAM), (CANDLE, SOAP, CANDLE)] * 200)))


def test_what_follows_comes_before_what_precedes(one_way: Clicks) -> None:
    assert one_way.next_clicks([ids(MILK)], 1)[0].tolist() == [[BREAD]]
    assert one_way.next_clicks([ids(MILK, BREAD)], 1)[0].tolist() == [[JAM]]


def test_going_back_is_learned_and_not_assumed() -> None:
    goods = (MILK, BREAD, BUTTER, CANDLE, SOAP)
    there_and_back = [(one, other, one) for one in goods for other in goods if one != other]
    clicks = learned(log_of(visits=looks(*there_and_back * 20)))
    assert clicks.next_clicks([ids(CANDLE, MILK)], 1)[0].tolist() == [[CANDLE]]
    assert clicks.weights.again[1] > 0.3
    straight = learned(log_of(visits=looks(*[(MILK, BREAD, JAM), (BUTTER, CANDLE, SOAP)] * 200)))
    assert straight.weights.again.sum() < 0.01


def test_the_last_product_says_the_most(one_way: Clicks) -> None:
    assert one_way.weights.steps[0] == one_way.weights.steps.max()
    assert len(one_way.weights.steps) == STEPS


def test_steps_back_are_counted_by_different_products() -> None:
    row, step, column = stepped([ids(3, 5, 3, -1), ids()])
    assert list(zip(row.tolist(), step.tolist(), column.tolist(), strict=True)) == [(0, 0, 3), (0, 1, 5)]


def test_an_empty_visit_and_unknown_products_get_what_is_popular(one_way: Clicks) -> None:
    nothing, unknown = one_way.next_clicks([ids(), ids(999)], 6)[0].tolist()
    assert nothing == unknown
    assert nothing[0] == CANDLE  # 400 looks of 1,200


def test_there_is_room_for_more_than_is_known(one_way: Clicks) -> None:
    found, score = one_way.next_clicks([ids(MILK)], 9)
    assert found.shape == score.shape == (1, 9)
    assert (np.diff(score[0]) <= 0).all()
    assert (found[0, -3:] == -1).all()


def test_reloads_lone_looks_and_goods_not_shown_are_no_steps() -> None:
    visits = looks(*[(MILK, MILK, BREAD), (JAM,), (SOAP, 999, CANDLE)] * 200)
    sessions = sessions_of(log_of(visits=visits), ids(MILK, BREAD, CANDLE, SOAP), seed=1)
    assert len(sessions) == 400
    assert len(sessions.row) == 800


def test_baskets_stand_in_where_too_few_visits_are_known() -> None:
    clicks = learned(log_of(visits=looks((MILK, SOAP))))
    assert clicks.facts["kind"] == "baskets"
    assert "not enough visits (1 of 200)" in clicks.facts["why"]
    assert CANDLE in clicks.next_clicks([ids(SOAP)], 2)[0]


def test_a_small_budget_learns_from_the_newest_visits() -> None:
    log = log_of(visits=looks(*[(MILK, SOAP)] * 1000, *[(MILK, BREAD)] * 1000))
    shop = number(log)
    bought = Cooccurrence.learn(shop).together
    clicks = learn_clicks(log, shop, bought, settings=LearnSettings(seconds=0.5, item2vec=False))
    assert 0 < clicks.facts["sessions"] <= 1000
    assert clicks.facts["left_out"] >= 1000
    assert clicks.next_clicks([ids(MILK)], 1)[0].tolist() == [[BREAD]]


def test_the_stored_lists_say_the_same_as_the_model(one_way: Clicks) -> None:
    table = one_way.neighbours()
    rows = {one: place for place, one in enumerate(table.product.tolist())}
    visit = [MILK, BREAD]
    total = dict.fromkeys(one_way.product.tolist(), 0.0)

    def add(row: int, weight: float) -> None:
        for one, score in zip(table.neighbour[rows[row]].tolist(), table.score[rows[row]].tolist(), strict=True):
            if one >= 0:
                total[one] += weight * score

    for one, weight in zip(reversed(visit), table.score[rows[-1]].tolist(), strict=False):
        add(one, weight)
    add(0, 1.0)
    found, score = one_way.next_clicks([ids(*visit)], 6)
    told = dict(zip(found[0].tolist(), score[0].tolist(), strict=True))
    for one in set(total) - set(visit):  # the visit's own products are not offered
        assert total[one] == pytest.approx(told.get(one, 0.0), abs=1e-3)


def test_a_call_takes_less_than_ten_milliseconds_in_a_shop_of_twenty_thousand() -> None:
    shelves = {one: (one % 50, "thing") for one in range(1, 20_001)}
    chance = np.random.default_rng(1)
    visits = looks(*[tuple(chance.integers(1, 20_001, 3).tolist()) for _ in range(2000)])
    clicks = learned(log_of([], visits=visits, shelves=shelves))
    spent = []
    for first in range(1, 21):
        started = time.process_time()
        clicks.next_clicks([ids(first, first + 1, first + 2)], 20)
        spent.append(time.process_time() - started)
    assert sorted(spent)[10] < 0.010


def test_a_page_reads_as_many_steps_back_as_have_a_weight() -> None:
    assert visit.STEPS == STEPS
