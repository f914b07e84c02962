"""The one door: `learn` on a shop where the right answers are plain, and on shops where there are none."""

from collections.abc import Callable

import numpy as np
import pytest

from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.model import LearnSettings, Model, Reason, UnevenColumns, learn
from tests.recommend.train.shops import (
    ANNA,
    BREAD,
    BUTTER,
    CANDLE,
    FOOD,
    JAM,
    MILK,
    SHELVES,
    SOAP,
    STRANGER,
    log_of,
    weekly_shop,
)

SETTINGS = LearnSettings(vector_size=8, epochs=4, threads=1)
BREAKFAST, HOME_LOVER, NEVER_SEEN = 1, 2, 999
NOW = 140.0


def ids(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.fixture(scope="module")
def model() -> Model:
    return learn(weekly_shop(), settings=SETTINGS)


def test_shoppers_are_offered_what_they_come_back_for(model: Model) -> None:
    lists = model.next(ids(BREAKFAST, HOME_LOVER), 3, now_day=NOW)
    assert MILK in lists.of(BREAKFAST)
    assert not {CANDLE, SOAP} & set(lists.of(BREAKFAST).tolist())
    assert {CANDLE, SOAP} <= set(lists.of(HOME_LOVER).tolist())


def test_a_repeat_says_so_and_points_at_itself(model: Model) -> None:
    lists = model.next(ids(BREAKFAST), 1, now_day=NOW)
    assert lists.reason[0, 0] == Reason.REPEAT
    assert lists.because[0, 0] == lists.product[0, 0]


def test_new_for_a_shopper_is_never_something_they_had(model: Model) -> None:
    bought = {MILK, BREAD, BUTTER, JAM}
    assert not bought & set(model.novel(ids(BREAKFAST), 6, now_day=NOW).of(BREAKFAST).tolist())


def test_what_was_weighed_can_be_told_in_the_order_of_the_list(model: Model) -> None:
    told = model.told(BREAKFAST, task="next", now_day=NOW)
    assert told.product[:3].tolist() == model.next(ids(BREAKFAST), 3, now_day=NOW).of(BREAKFAST).tolist()
    assert told.known.shape == (len(told.product), len(told.names))
    milk = dict(zip(told.names, told.known[told.product.tolist().index(MILK)].tolist(), strict=True))
    assert milk["own_count"] == pytest.approx(np.log1p(20))
    beside = model.told(BUTTER, task="together", now_day=NOW)
    assert beside.product[:3].tolist() == model.together(ids(BUTTER), 3).of(BUTTER).tolist()
    assert len(model.told(NEVER_SEEN, task="next", now_day=NOW).product) == 0


def test_somebody_unknown_gets_what_is_popular_and_no_false_reason(model: Model) -> None:
    lists = model.next(ids(NEVER_SEEN), 2, now_day=NOW)
    assert lists.of(NEVER_SEEN)[0] == MILK
    assert lists.reason[0, 0] == Reason.POPULAR
    assert lists.because[0, 0] == -1


def test_together_are_basket_mates_with_their_count(model: Model) -> None:
    found = model.together(ids(BUTTER), 3)
    assert {BREAD, JAM, MILK} == set(found.of(BUTTER).tolist())
    log = weekly_shop().purchases
    baskets = [set(log.product[log.basket == basket].tolist()) for basket in np.unique(log.basket)]
    for mate, support in zip(found.neighbour[0].tolist(), found.support[0].tolist(), strict=True):
        assert support == sum({BUTTER, mate} <= basket for basket in baskets)


def test_also_is_what_the_same_people_buy(model: Model) -> None:
    assert model.also(ids(SOAP), 1).of(SOAP).tolist() == [CANDLE]


def test_no_product_is_its_own_neighbour(model: Model) -> None:
    every = ids(*SHELVES)
    for answer in (model.similar(every, 5), model.together(every, 5), model.also(every, 5)):
        assert not (answer.neighbour == every[:, None]).any()


def test_answers_come_in_the_order_asked_with_room_for_the_unknown(model: Model) -> None:
    found = model.together(ids(JAM, 777, BREAD), 4)
    assert found.product.tolist() == [JAM, 777, BREAD]
    assert found.neighbour.shape == (3, 4)
    assert found.of(777).tolist() == []
    assert found.of(555).tolist() == []


def test_a_product_nobody_bought_has_alternatives_the_same_night() -> None:
    organic = 17
    fresh = learn(log_of(shelves={**SHELVES, organic: (FOOD, "fresh butter organic")}), settings=SETTINGS)
    assert fresh.similar(ids(organic), 1).of(organic).tolist() == [BUTTER]
    assert organic in fresh.vectors.product


def test_the_same_log_gives_the_same_lists() -> None:
    first, second = (learn(weekly_shop(), settings=SETTINGS).next(ids(1, 2, 3), 5, now_day=NOW) for _ in range(2))
    assert np.array_equal(first.product, second.product)
    assert np.array_equal(first.score, second.score)


def test_last_nights_blends_save_the_practice(model: Model) -> None:
    heard: list[str] = []
    again = learn(
        weekly_shop(),
        settings=SETTINGS,
        previous=model.vectors,
        blends=model.blends,
        progress=lambda stage, part: heard.append(stage),
    )
    assert again.blends == model.blends
    assert MILK in again.next(ids(BREAKFAST), 3, now_day=NOW).of(BREAKFAST)


def test_progress_tells_every_stage_from_start_to_end() -> None:
    heard: list[tuple[str, float]] = []
    learn(weekly_shop(), settings=SETTINGS, progress=lambda stage, part: heard.append((stage, part)))
    for stage in ("read", "practice", "item2vec", "experts"):
        parts = [part for name, part in heard if name == stage]
        assert parts[0] == 0.0
        assert parts[-1] == 1.0
        assert parts == sorted(parts)


def test_item2vec_can_be_left_out() -> None:
    without = learn(weekly_shop(), settings=LearnSettings(item2vec=False, threads=1))
    assert len(without.vectors.product) == 0
    assert MILK in without.next(ids(BREAKFAST), 3, now_day=NOW).of(BREAKFAST)


CALM: dict[str, Callable[[], ShopLog]] = {
    "nothing at all": lambda: log_of([], shelves={}),
    "products but no purchase": lambda: log_of([]),
    "one product": lambda: log_of([(ANNA, 1, 1.0, (MILK,))], shelves={MILK: SHELVES[MILK]}),
    "one basket": lambda: log_of([(ANNA, 1, 1.0, (MILK, BREAD))]),
    "strangers only": lambda: log_of([(STRANGER, basket, 1.0 + basket, (MILK, BREAD)) for basket in range(9)]),
    "visits only": lambda: log_of([], visits=[(1, 1.0, MILK), (1, 1.1, BREAD), (2, 2.0, MILK), (2, 2.1, BREAD)]),
    "products without words": lambda: log_of(shelves=dict.fromkeys(SHELVES, (-1, ""))),
    "purchases of goods no longer shown": lambda: log_of([(ANNA, 1, 1.0, (901, 902))]),
    "all on one day": lambda: log_of([(ANNA, basket, 1.0, (MILK, BREAD)) for basket in range(5)]),
}


@pytest.mark.parametrize("shop", CALM)
def test_learning_is_calm(shop: str) -> None:
    model = learn(CALM[shop](), settings=SETTINGS)
    asked = ids(MILK, 777)
    for answer in (model.similar(asked, 3), model.together(asked, 3), model.also(asked, 3)):
        assert answer.neighbour.shape == (2, 3)
        assert np.isfinite(answer.score).all()
    for lists in (model.next(ids(ANNA, 999), 3, now_day=9.0), model.novel(ids(ANNA, 999), 3, now_day=9.0)):
        assert lists.product.shape == (2, 3)
        assert np.isfinite(lists.score).all()


def test_a_log_is_cut_so_that_nothing_later_is_seen() -> None:
    early = log_of(visits=[(1, 2.0, MILK), (1, 30.0, JAM)]).until(12.0)
    assert early.purchases.day.max() == 11.0
    assert early.visits.product.tolist() == [MILK]
    assert early.last_day == 11.0


def test_columns_of_unequal_length_are_refused() -> None:
    log = log_of().purchases
    with pytest.raises(UnevenColumns, match="one value per row"):
        type(log)(log.shopper, log.basket[:-1], log.product, log.day, log.quantity, log.price)
