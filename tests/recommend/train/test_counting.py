"""What learners count, against the eight baskets of `shops.BASKETS`."""

from dataclasses import replace

import numpy as np
import pytest

from personalization.recommend.train.category import Category
from personalization.recommend.train.company import Company
from personalization.recommend.train.cooccurrence import STEADINESS, Cooccurrence
from personalization.recommend.train.history import NEVER, History
from personalization.recommend.train.lately import Lately
from personalization.recommend.train.neighbourhood import Neighbourhood
from personalization.recommend.train.peers import Peers
from personalization.recommend.train.person import Person
from personalization.recommend.train.popularity import Popularity, baskets_since
from personalization.recommend.train.repeat import Repeat
from personalization.recommend.train.shop import Shop, number
from personalization.recommend.train.standing import Standing
from tests.recommend.train.shops import ANNA, BORIS, BREAD, BUTTER, CANDLE, JAM, MILK, SOAP, log_of

NOW = 24.0


@pytest.fixture
def shop() -> Shop:
    return number(log_of(), now_day=NOW)


def column(shop: Shop, product: int) -> int:
    return int(shop.columns_of(np.array([product]))[0])


def row(shop: Shop, shopper: int) -> np.ndarray:
    return shop.rows_of(np.array([shopper]))


def columns(shop: Shop, product: int) -> np.ndarray:
    return np.array([column(shop, product)])


def test_each_basket_counts_a_product_once(shop: Shop) -> None:
    counts = dict(zip(shop.product.tolist(), shop.basket_counts.tolist(), strict=True))
    assert counts == {MILK: 5, BREAD: 6, BUTTER: 3, JAM: 2, CANDLE: 2, SOAP: 2}


def test_the_same_product_twice_in_a_basket_is_one(shop: Shop) -> None:
    twice = number(log_of([(ANNA, 1, 1.0, (MILK, MILK, BREAD))]))
    assert twice.basket_counts[column(twice, MILK)] == 1
    assert twice.by_shopper[0, column(twice, MILK)] == 1


def test_strangers_count_for_products_but_are_no_shopper(shop: Shop) -> None:
    assert shop.shoppers == 3
    assert shop.baskets == 8


def test_recent_baskets_are_those_since_the_day(shop: Shop) -> None:
    assert baskets_since(shop, 12.0)[column(shop, BREAD)] == 3
    assert baskets_since(shop, 12.0)[column(shop, JAM)] == 2


def test_of_two_equally_recent_products_the_trend_prefers_the_one_that_used_to_sell_less(shop: Shop) -> None:
    late = number(log_of([(1, n, day, (product,)) for n, (day, product) in enumerate(OLD_AND_NEW)]), now_day=100.0)
    trend = Popularity.learn(late).tables["trend"]
    assert trend[column(late, JAM)] > trend[column(late, MILK)]


OLD_AND_NEW = [(1.0, MILK), (2.0, MILK), (3.0, MILK), (90.0, MILK), (90.0, JAM), (95.0, MILK), (95.0, JAM)]


def test_support_is_the_number_of_baskets_that_hold_both(shop: Shop) -> None:
    found = Cooccurrence.learn(shop)

    def support(one: int, other: int) -> int:
        return int(found.support(columns(shop, one), columns(shop, other))[0])

    assert support(MILK, BREAD) == 4
    assert support(BREAD, MILK) == 4
    assert support(BUTTER, JAM) == 2
    assert support(JAM, SOAP) == 0
    assert support(MILK, MILK) == 0


def test_confidence_leans_on_the_category_until_there_are_baskets_enough(shop: Shop) -> None:
    # jam is in 2 baskets, both with butter; the foods in 5 + 6 + 3 + 2 = 16, with butter beside milk 1, bread 3, jam 2
    s = STEADINESS
    of_category = (6 + s * 3 / 8) / (16 + s)
    expected = (2 + s * of_category) / (2 + s)
    evidence = Cooccurrence.learn(shop).evidence(columns(shop, JAM), now_day=NOW)
    assert evidence["confidence"][0, column(shop, BUTTER)] == pytest.approx(np.log(expected + 1e-6), rel=1e-5)


def test_a_product_nobody_bought_has_the_partners_of_its_category() -> None:
    quiet = number(log_of([(1, 1, 1.0, (MILK, BREAD)), (2, 2, 2.0, (MILK, BREAD)), (3, 3, 3.0, (SOAP, CANDLE))]))
    beside_jam = Cooccurrence.learn(quiet).evidence(columns(quiet, JAM), now_day=4.0)["confidence"][0]
    assert beside_jam[column(quiet, BREAD)] > beside_jam[column(quiet, SOAP)]


def test_a_purchase_counts_half_after_each_half_life(shop: Shop) -> None:
    evidence = Repeat.learn(shop).evidence(row(shop, ANNA), now_day=NOW)
    expected = 2 ** (-23 / 20) + 2 ** (-13 / 20) + 2 ** (-3 / 20)
    assert evidence["repeat_20"][0, column(shop, MILK)] == pytest.approx(expected, rel=1e-5)


def of_own(shop: Shop, shopper: int, product: int, *, now_day: float = NOW) -> dict[str, float]:
    history = History.learn(shop, name="own", thing=np.arange(shop.products))
    told = history.about(row(shop, shopper), columns(shop, product), now_day=now_day)
    return {name: float(values[0]) for name, values in told.items()}


def test_repeat_says_nothing_of_what_was_never_bought(shop: Shop) -> None:
    assert Repeat.learn(shop).evidence(row(shop, ANNA), now_day=NOW)["repeat"][0, column(shop, JAM)] == 0
    told = of_own(shop, ANNA, JAM)
    assert told.pop("own_recency") == NEVER
    assert set(told.values()) == {0.0}


def test_days_since_the_last_purchase_follow_the_day_of_asking(shop: Shop) -> None:
    assert of_own(shop, ANNA, MILK, now_day=31.0)["own_recency"] == pytest.approx(-np.log1p(10.0), rel=1e-5)


def test_baskets_since_the_last_purchase_are_counted(shop: Shop) -> None:
    assert of_own(shop, ANNA, BUTTER)["own_since"] == pytest.approx(np.log1p(2))
    assert of_own(shop, ANNA, MILK)["own_since"] == 0


def test_a_product_bought_in_every_basket_has_the_largest_share(shop: Shop) -> None:
    assert of_own(shop, ANNA, MILK)["own_share"] == pytest.approx(3 / 5)  # three of three, two unseen ones added
    assert of_own(shop, ANNA, CANDLE)["own_share"] == pytest.approx(1 / 3)  # one of one


def test_usual_gaps_lean_on_the_shop_until_the_shopper_has_their_own(shop: Shop) -> None:
    # milk: Anna's gaps span 20 days in 2 gaps; nobody else has two baskets with it: usual (20 + 30) / (2 + 1)
    gap = (20 + 50 / 3) / (2 + 1)
    told = of_own(shop, ANNA, MILK)
    assert told["own_due"] == pytest.approx(3 / gap, rel=1e-5)
    assert told["own_due_usually"] == pytest.approx(3 / (50 / 3), rel=1e-5)


def test_goods_of_one_kind_in_one_basket_are_one_basket_with_that_kind(shop: Shop) -> None:
    told = History.learn(shop, name="category", thing=shop.category).about(
        row(shop, ANNA), columns(shop, JAM), now_day=NOW
    )
    assert told["category_count"][0] == pytest.approx(np.log1p(3))  # milk, bread and butter in the first of three
    assert told["category_breadth"][0] == pytest.approx(np.log1p(3))


def test_a_dear_product_stands_high_among_its_kind() -> None:
    log = log_of()
    dear = np.where(log.purchases.product == JAM, 9.0, 1.0)
    shop = number(replace(log, purchases=replace(log.purchases, price=dear)), now_day=NOW)
    standing = Standing.learn(shop)
    assert standing.tier[column(shop, JAM)] == pytest.approx(3.5 / 4)
    person = Person.learn(shop, standing.tier)
    gap = person.about(row(shop, BORIS), columns(shop, JAM), now_day=NOW)["tier_gap"][0]
    assert gap == pytest.approx(3.5 / 4 - float(person.own_tier[row(shop, BORIS)[0]]))


def test_a_product_sold_below_its_usual_price_is_on_sale() -> None:
    log = log_of()
    cheap = np.where((log.purchases.product == MILK) & (log.purchases.day > 20), 0.5, 1.0)
    shop = number(replace(log, purchases=replace(log.purchases, price=cheap)), now_day=NOW)
    sale = Standing.learn(shop).told["sale"]
    assert sale[column(shop, MILK)] > 0.1
    assert sale[column(shop, BREAD)] == 0


def test_peers_bring_what_the_most_similar_shopper_bought() -> None:
    shop = number(log_of([(ANNA, 1, 1.0, (SOAP, CANDLE)), (BORIS, 2, 1.0, (SOAP, CANDLE, JAM)), (3, 3, 1.0, (MILK,))]))
    peers = Peers.learn(shop, seed=1).evidence(row(shop, ANNA), now_day=2.0)["peers"][0]
    assert peers[column(shop, JAM)] > 0 == peers[column(shop, MILK)]


def test_the_last_basket_leads_to_what_lies_beside_it(shop: Shop) -> None:
    found = Lately.learn(shop, Cooccurrence.learn(shop)).evidence(row(shop, BORIS), now_day=NOW)["lately"][0]
    assert found[column(shop, MILK)] > found[column(shop, SOAP)]


def test_a_pair_is_told_by_what_both_have_in_common(shop: Shop) -> None:
    cooccurrence = Cooccurrence.learn(shop)
    company = Company.learn(shop, Standing.learn(shop), cooccurrence, Neighbourhood.learn(shop))
    with_jam = company.about(columns(shop, BUTTER), columns(shop, JAM), now_day=NOW)
    with_soap = company.about(columns(shop, BUTTER), columns(shop, SOAP), now_day=NOW)
    assert with_jam["same_category"] == 1 > with_soap["same_category"]
    assert with_jam["lift"] > with_soap["lift"]
    assert with_jam["asked_size"] == pytest.approx(np.log1p(3.0))  # each of the three baskets with butter holds three


def test_taste_for_a_category_is_shared_out_by_who_leads_it_lately(shop: Shop) -> None:
    found = Category.learn(shop).evidence(row(shop, BORIS), now_day=NOW)
    assert found["category"][0, column(shop, BREAD)] > found["category"][0, column(shop, JAM)]
    assert found["category"][0, column(shop, SOAP)] == 0


def test_visits_of_strangers_make_products_alike_before_anything_is_sold() -> None:
    seen = [(visitor, float(visitor), product) for visitor in range(4) for product in (CANDLE, SOAP)]
    looked = number(log_of([], visits=[*seen, (9, 9.0, MILK), (9, 9.0, JAM)]))
    likeness = Neighbourhood.learn(looked).likeness
    assert likeness[column(looked, CANDLE), column(looked, SOAP)] > 0
    assert likeness[column(looked, CANDLE), column(looked, MILK)] == 0
