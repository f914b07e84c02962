"""The next click of a shop without a server is the model's own, by the shop's names."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from personalization.recommend.measure import OfflineShop
from tests.recommend.measure.corner_shop import BREAKFAST, FIRST_DAY, HOME, lines

GOODS = (*BREAKFAST, "candle")
VISITS = [("milk",), ("candle", "milk"), ("milk", "caviar"), ("soap", "bread", "soap"), ("caviar",), ()]


def clicks(*visits: tuple[str, ...], every: float = 0.5) -> dict[str, list[Any]]:
    """One visit after the other, a minute from look to look."""
    looks = [(f"visit {n}", one, n, step) for n, visit in enumerate(visits) for step, one in enumerate(visit)]
    session, item, visit, step = (list(column) for column in zip(*looks, strict=True))
    return {
        "session": session,
        "item": item,
        "time": [FIRST_DAY + n * every + minutes / 1440 for n, minutes in zip(visit, step, strict=True)],
    }


@pytest.fixture(scope="module")
def returning() -> OfflineShop:
    """Everybody looks at two things and goes back to the first, for 200 days."""
    there_and_back = [(one, other, one) for one, other in permutations(GOODS, 2)]
    return OfflineShop(seconds=5, seed=1).fit(lines(), clicks=clicks(*there_and_back * 20))


@pytest.fixture(scope="module")
def without_clicks() -> OfflineShop:
    return OfflineShop(seconds=5, seed=1).fit(lines())


def told_by_the_model(shop: OfflineShop, visit: tuple[str, ...], k: int) -> list[Any]:
    names, model = shop.items, shop.model
    assert model is not None
    asked = [names.index(one) if one in names else -1 for one in visit]
    found, _scores = model.next_click(np.array(asked, dtype=np.int64), k)
    return [names[place] for place in found.tolist()]


@pytest.mark.parametrize("visit", VISITS, ids=str)
@pytest.mark.parametrize("k", [1, 3, 20])
def test_it_is_what_the_model_says(
    returning: OfflineShop, without_clicks: OfflineShop, visit: tuple[str, ...], k: int
) -> None:
    for shop in (returning, without_clicks):
        assert shop.next_click(visit, k) == told_by_the_model(shop, visit, k) != []


def test_goods_that_are_come_back_to_stand_in_it(returning: OfflineShop) -> None:
    assert returning.next_click(["candle", "milk"], 1) == ["candle"]
    assert returning.next_click_many([["bread", "jam"], ["jam", "bread"]], 1) == [["bread"], ["jam"]]


def test_without_clicks_the_baskets_stand_in(without_clicks: OfflineShop) -> None:
    assert without_clicks.verdict().facts["clicks"]["kind"] == "baskets"
    assert without_clicks.verdict().figures["clicks"] == 0
    assert without_clicks.next_click(["soap"], 1)[0] in HOME


def test_the_days_held_out_say_how_good_it_is() -> None:
    there_and_back = [(one, other, one) for one, other in permutations(GOODS, 2)]
    shop = OfflineShop(seconds=5, seed=1).fit(lines(), clicks=clicks(*there_and_back * 60, every=0.17))
    figures = shop.verdict().figures
    assert figures["clicks"] >= 100
    # Every second look is a return, which only the model knows of.
    assert figures["click"] > 0.6 > figures["click_item_knn"]
    assert figures["click_lead"] > 1
