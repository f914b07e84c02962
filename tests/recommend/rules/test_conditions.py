"""Each condition: which goods it means, which it does not, and when it says nothing."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.apply import is_in_force
from personalization.recommend.rules.around import usual_places
from personalization.recommend.rules.condition import conditions
from tests.recommend.rules.goods import (
    BABY,
    DAIRY,
    FOOD,
    GOODS,
    HOME,
    MILK,
    NAMES,
    ROOT,
    SOAP,
    around,
    fact,
    rule,
)  # fmt: skip

MILK_PAGE = around(anchor=GOODS[MILK], departments=frozenset({FOOD, HOME}))


def meant(name: str, surroundings: Any = None, **values: Any) -> set[str]:
    """The goods of the table that are meant."""
    here = surroundings or around()
    return {NAMES[pk] for pk, one in GOODS.items() if conditions.get(name).holds(one, values, here)}


@pytest.mark.parametrize(
    ("name", "values", "goods"),
    [
        ("category", {"categories": [DAIRY]}, {"milk", "butter"}),
        ("category", {"categories": [FOOD]}, {"milk", "butter", "puree"}),
        ("category", {"categories": [BABY, HOME]}, {"puree", "soap", "candle"}),
        ("product", {"products": [MILK, SOAP]}, {"milk", "soap"}),
        ("brand", {"brands": ["alma"]}, {"butter", "puree"}),
        ("brand", {"brands": ["Oatly", "ALMA"]}, {"milk", "butter", "puree"}),
        ("attribute", {"attribute": "diet", "values": ["Vegan", "kosher"]}, {"milk"}),
        ("attribute", {"attribute": "colour", "values": ["vegan"]}, set()),
        ("price", {"least": "2.00", "most": "2.50"}, {"milk", "butter"}),
        ("price", {"least": "4", "most": None}, {"soap", "candle"}),
        ("price", {"least": None, "most": "1.99"}, {"puree"}),
        ("stock", {"left": "few", "pieces": 3}, {"milk"}),
        ("stock", {"left": "few", "pieces": 2}, set()),
        ("stock", {"left": "many", "pieces": 40}, {"butter", "puree", "soap", "candle"}),
        ("stock", {"left": "any"}, {"milk", "butter", "puree", "soap", "candle"}),
        ("discount", {"least": 25}, {"candle"}),
        ("discount", {"least": 26}, set()),
        ("age", {"age": "new", "days": 5}, {"soap"}),
        ("age", {"age": "new", "days": 4}, set()),
        ("age", {"age": "old", "days": 4}, {"milk", "butter", "puree", "soap", "candle"}),
        ("age", {"age": "old", "days": 5}, {"milk", "butter", "puree", "candle"}),
        ("margin", {"least": "0.4"}, {"candle"}),
        ("margin", {"least": "0.41"}, set()),
        ("in_segment", {"segments": [1]}, {"milk", "butter", "puree", "soap", "candle"}),
        ("in_segment", {"segments": [1], "categories": [DAIRY]}, {"milk", "butter"}),
        ("in_segment", {"segments": [1], "brands": ["alma"]}, {"butter", "puree"}),
        ("in_segment", {"segments": [1], "categories": [HOME], "brands": ["Oatly"]}, {"milk", "soap", "candle"}),
    ],
)
def test_the_goods_that_it_means(name: str, values: dict[str, Any], goods: set[str]) -> None:
    assert meant(name, **values) == goods


@pytest.mark.parametrize(
    ("name", "values", "goods"),
    [
        ("same_category", {}, {"milk", "butter"}),
        ("same_department", {}, {"milk", "butter", "puree"}),
        ("same_brand", {}, {"milk"}),
        ("price_against_page", {"least": "-50", "most": "25"}, {"milk", "butter", "puree"}),
        ("price_against_page", {"least": "1", "most": "100"}, {"butter", "soap"}),
        ("price_against_page", {"least": None, "most": "0"}, {"milk", "puree"}),
        ("price_against_page", {"least": "100", "most": None}, {"soap", "candle"}),
    ],
)
def test_the_goods_that_it_means_on_the_page_of_milk(name: str, values: dict[str, Any], goods: set[str]) -> None:
    assert meant(name, MILK_PAGE, **values) == goods
    assert is_in_force(rule("never", name, **values), MILK_PAGE)
    assert not is_in_force(rule("never", name, **values), around(departments=frozenset({FOOD}))), "on another page"


def test_one_root_above_all_is_no_department() -> None:
    soap_page = around(anchor=GOODS[SOAP], departments=frozenset({FOOD, HOME}))
    assert meant("same_department", soap_page) == {"soap", "candle"}
    assert not is_in_force(rule("never", "same_department"), around(anchor=GOODS[SOAP])), "nothing is known of the top"


def test_goods_without_category_or_brand_are_like_no_others() -> None:
    bare = around(anchor=Fact(99), departments=frozenset({ROOT}))
    for name in ("same_category", "same_department", "same_brand"):
        assert not conditions.get(name).holds(Fact(98), {}, bare)


def test_a_price_in_another_currency_can_t_be_compared() -> None:
    hryvnia = replace(GOODS[MILK], currency="UAH")
    assert meant("price_against_page", around(anchor=hryvnia), least="-90", most="900") == set()


def test_what_is_sold_out_is_neither_few_nor_many() -> None:
    gone = replace(GOODS[MILK], is_buyable=False, left=0)
    for left in ("few", "many", "any"):
        assert not conditions.get("stock").holds(gone, {"left": left, "pieces": 1}, around())


def test_the_shop_s_margin_is_not_guessed() -> None:
    assert not conditions.get("margin").holds(GOODS[MILK], {"least": "-100"}, around())


class TestWhatAShopperUsuallyPays:
    """Three goods of dairy at 0.2, 0.3 and 0.4 of the way up, one for the home at 0.9."""

    bought = [fact(one, DAIRY, FOOD, price_place=place) for one, place in ((21, 0.2), (22, 0.3), (23, 0.4))]
    candles = fact(24, HOME, price_place=0.9)

    def test_is_the_middle_of_what_was_bought_category_by_category(self) -> None:
        places = usual_places([*self.bought, self.candles])
        assert places[DAIRY] == pytest.approx(0.3)
        assert places[0] == pytest.approx(0.45)
        assert HOME not in places, "one purchase says nothing"

    def test_is_not_known_after_two_purchases(self) -> None:
        assert usual_places(self.bought[:2]) == {}
        assert usual_places([*self.bought[:2], fact(25, HOME)]) == {}, "a product without a price teaches nothing"
        assert not is_in_force(rule("only", "price_tier", side="near"), around())

    @pytest.mark.parametrize(
        ("place", "side"), [(0.0, "cheaper"), (0.05, "near"), (0.54, "near"), (0.56, "dearer"), (1.0, "dearer")]
    )
    def test_goods_are_near_cheaper_or_dearer(self, place: float, side: str) -> None:
        here = around(price_places={DAIRY: 0.3, 0: 0.9})
        one = fact(26, DAIRY, FOOD, price_place=place)
        sides = [s for s in ("cheaper", "near", "dearer") if conditions.get("price_tier").holds(one, {"side": s}, here)]
        # A quarter of the row counts as near: from 0.05 to 0.55.
        assert sides == [side]
        assert is_in_force(rule("only", "price_tier", side=side), here)

    def test_another_category_is_held_against_all_that_was_bought(self) -> None:
        here = around(price_places={DAIRY: 0.3, 0: 0.9})
        assert conditions.get("price_tier").holds(fact(27, HOME, price_place=0.8), {"side": "near"}, here)

    def test_close_can_be_said_more_closely(self) -> None:
        here = around(price_places={0: 0.3})
        values = {"side": "near", "close": 5}
        assert not conditions.get("price_tier").holds(fact(27, HOME, price_place=0.36), values, here)
        assert conditions.get("price_tier").holds(fact(27, HOME, price_place=0.34), values, here)


class TestScope:
    def test_a_rule_for_some_pages_holds_there_and_below(self) -> None:
        only_there = rule("never", "category", categories=[HOME], where=(BABY,))
        assert is_in_force(only_there, around(page_categories=frozenset({BABY, FOOD, ROOT})))
        assert not is_in_force(only_there, around(page_categories=frozenset({DAIRY, FOOD, ROOT})))
        assert not is_in_force(only_there, around())

    def test_a_rule_for_some_regions_holds_for_their_shoppers(self) -> None:
        local = rule("only", "category", categories=[DAIRY], regions=("Kyiv", "Lviv"))
        assert is_in_force(local, around(region="kyiv"))
        assert not is_in_force(local, around(region="Odesa"))
        assert not is_in_force(local, around()), "nobody knows where this shopper is"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("category", {}), ("category", {"categories": []}), ("product", {"products": []}), ("brand", {}),
        ("attribute", {"attribute": "diet"}), ("attribute", {"values": ["vegan"]}), ("price", {}),
        ("price_against_page", {"least": None, "most": ""}), ("margin", {}),
    ],
)  # fmt: skip
def test_a_rule_that_was_not_finished_does_nothing(name: str, values: dict[str, Any]) -> None:
    assert not is_in_force(rule("only", name, **values), MILK_PAGE)


@pytest.mark.parametrize("name", [one.name for one in conditions])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_every_condition_says_which_goods_it_means(db: None, name: str, language: str) -> None:
    condition = conditions.get(name)
    with translation.override(language):
        assert str(condition.label)
        assert condition.describe({}), "even before anything is set"
        filled = {field.name: one.initial for field in condition.Form() for one in [field.field] if one.initial}
        assert "%" not in condition.describe({**filled}).replace(" %", "")


def test_the_words_are_those_of_the_settings(db: None) -> None:
    def told(name: str, **values: Any) -> str:
        return conditions.get(name).describe(values)

    assert told("price", least="2", most="9.50") == "goods for 2 to 9.50"
    assert told("price", least="2.00") == "goods for 2 or more"
    assert told("price", most="9") == "goods for 9 or less"
    assert (
        told("price_against_page", least="-20", most="50")
        == "goods from −20 % to +50 % against the price of the page's product"
    )
    assert told("brand", brands=["Alma", "Oatly"]) == "goods of the brand Alma, Oatly"
    assert told("brand", brands=["A", "B", "C", "D", "E"]) == "goods of the brand A, B, C and 2 more"
    assert told("age", age="old", days=1) == "goods that came more than 1 day ago"
    assert told("discount", least=15) == "goods cheaper by 15 % or more than lately"
    assert told("stock", left="few", pieces=1) == "goods with 1 piece left or fewer"


def test_a_discount_is_held_against_the_dearest_of_thirty_days() -> None:
    assert fact(1, price="8.00", usual_price=Decimal("10.00")).discount == pytest.approx(0.2)
    assert fact(1, price="10.00", usual_price=Decimal("8.00")).discount == 0
