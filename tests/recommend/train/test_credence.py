"""Looks are believed as far as sales go along with them, worked out by hand."""

import numpy as np

from personalization.recommend.train.credence import believed
from personalization.recommend.train.item2vec import _first_looks
from personalization.recommend.train.neighbourhood import Neighbourhood
from personalization.recommend.train.shop import number
from tests.recommend.train.shops import ANNA, BORIS, BREAD, BUTTER, CANDLE, CLARA, MILK, SOAP, log_of

# Four of each sold to somebody: twelve lines.
SOLD = [(ANNA, basket, float(basket), (MILK, BREAD, BUTTER)) for basket in range(1, 5)]


def looks(product: int, count: int, *, first: int = 0) -> list[tuple[int, float, int]]:
    return [(first + number, 5.0 + number / 1000, product) for number in range(count)]


def seen(visits: list[tuple[int, float, int]]) -> dict[int, int]:
    found = believed(log_of(SOLD, visits=visits)).visits.product
    return dict(zip(*(part.tolist() for part in np.unique(found, return_counts=True)), strict=True))


def test_what_is_looked_at_as_often_as_it_sells_is_believed() -> None:
    assert seen(looks(MILK, 10) + looks(BREAD, 10, first=50)) == {MILK: 10, BREAD: 10}


def test_looks_without_sales_count_up_to_three_times_the_usual() -> None:
    # 60 looks for 12 lines are 5 a line; candles never sold, so 3 * 5 * (0 + 1) of them count.
    assert seen(looks(MILK, 10) + looks(CANDLE, 50, first=50)) == {MILK: 10, CANDLE: 15}


def test_those_that_count_are_spread_over_all_of_them() -> None:
    log = log_of(SOLD, visits=looks(MILK, 10) + looks(CANDLE, 50, first=50))
    kept = believed(log).visits
    days = kept.day[kept.product == CANDLE]
    assert np.diff(days).max() <= 0.0041
    assert days[-1] == log.visits.day[log.visits.product == CANDLE][-1]


def test_a_shop_that_sold_nothing_yet_believes_everything() -> None:
    log = log_of([], visits=looks(CANDLE, 50))
    assert len(believed(log).visits.product) == 50


def test_looks_alone_stand_behind_all_that_was_bought_together() -> None:
    together = [(visit, 6.0, product) for visit in range(500) for product in (MILK, SOAP)]
    baskets = [*SOLD, (BORIS, 9, 9.0, (MILK,)), (CLARA, 10, 9.0, (SOAP,))]
    shop = number(log_of(baskets, visits=together))
    likeness = Neighbourhood.learn(shop).likeness.toarray()
    milk, bread, soap = shop.columns_of(np.array([MILK, BREAD, SOAP]))
    assert 0 < likeness[milk, soap] < likeness[milk, bread]


def test_looks_put_goods_in_order_that_nobody_bought_together() -> None:
    often = [(visit, 6.0, product) for visit in range(9) for product in (CANDLE, SOAP)]
    once = [(20, 6.0, CANDLE), (20, 6.0, MILK)]
    shop = number(log_of(SOLD, visits=often + once))
    likeness = Neighbourhood.learn(shop).likeness.toarray()
    candle, soap, milk = shop.columns_of(np.array([CANDLE, SOAP, MILK]))
    assert likeness[candle, soap] > likeness[candle, milk] > 0


def test_a_visit_names_each_product_once() -> None:
    visitor, product = np.array([1, 1, 1, 1, 2]), np.array([5, 7, 5, 8, 5])
    assert _first_looks(visitor, product).tolist() == [0, 1, 3, 4]
