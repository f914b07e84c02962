"""What is wrong with rules is said before shoppers meet them: contradictions, empty results, what is gone."""

from dataclasses import replace

import pytest

from personalization.chosen.choosable import Names
from personalization.recommend.facts.fact import Fact
from personalization.recommend.rules.catalogue import Catalogue, read_catalogue
from personalization.recommend.rules.lint import Lint
from personalization.recommend.rules.rule import Rule
from personalization.recommend.rules.wording import names_in, sentence
from personalization.storefront.rule_check import check
from tests.people import Shop
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
    rule,
    write_facts,
)  # fmt: skip

TODAY = Catalogue(tuple(GOODS.values()), len(GOODS))
CALLED = {("product", pk): name for pk, name in NAMES.items()}
CALLED |= {("category", pk): str(pk) for pk in (ROOT, FOOD, DAIRY, BABY, HOME)}
CALLED |= {("brand", one): one for one in ("Alma", "Oatly", "Nobody")} | {("region", "Kyiv"): "Kyiv"}
GONE = 404
LABELS = Names(CALLED, frozenset([*CALLED, ("category", GONE), ("product", GONE)]))


def warned(
    *rules: Rule, of: int = 0, shop: tuple[Rule, ...] = (), limit: int = 6, goods: Catalogue = TODAY
) -> list[str]:
    """The warnings beside one of the rules."""
    return Lint(rules, LABELS, goods, of_the_shop=shop, limit=limit).warnings(rules[of])


def only(*categories: int, **more: object) -> Rule:
    return rule("only", "category", categories=list(categories), **more)


def never(*categories: int, **more: object) -> Rule:
    return rule("never", "category", categories=list(categories), **more)


@pytest.mark.parametrize(
    "rules",
    [
        [only(FOOD), never(DAIRY), rule("boost", "brand", brands=["Alma"]), rule("pin", products=[SOAP])],
        [rule("boost", products=[SOAP]), rule("bury", products=[MILK])],
        [rule("pin", products=[SOAP]), rule("pin", products=[MILK], place=2)],
        [only(FOOD), rule("only", "brand", brands=["Alma"])],
        [only(FOOD, where=(HOME,)), never(FOOD, where=(BABY,))],
        [only(FOOD, regions=("Kyiv",)), never(FOOD, regions=("Lviv",))],
        [rule("only", "same_category"), rule("only", "price", most="2")],
    ],
    ids=["all kinds", "moves", "pins", "two only", "other pages", "other regions", "beside the page"],
)
def test_good_rules_are_left_in_peace(rules: list[Rule]) -> None:
    assert [warned(*rules, of=turn) for turn in range(len(rules))] == [[] for _ in rules]


class TestContradictions:
    def test_only_and_never_the_same_goods(self) -> None:
        told = warned(only(DAIRY), never(DAIRY))
        assert told == ["Rule 2 never shows what this one alone would show, so nothing is left."]

    def test_only_what_lies_within_what_is_never_shown(self) -> None:
        assert "Rule 2 never shows" in warned(only(DAIRY), never(FOOD))[0]
        assert warned(only(FOOD), never(DAIRY)) == [], "puree is left"

    def test_the_shop_s_own_rules_count(self) -> None:
        told = warned(only(BABY), shop=(never(BABY, name="Nothing for babies"),))
        assert told == [
            "The shop's rule “Nothing for babies” never shows what this one alone would show, so nothing is left."
        ]

    def test_two_that_exclude_one_another_are_told_at_the_second(self) -> None:
        rules = only(DAIRY), only(HOME)
        assert warned(*rules) == []
        assert warned(*rules, of=1) == [
            "No product is meant both here and by Rule 1, so nothing is left: make one rule of them."
        ]

    def test_up_and_down(self) -> None:
        rules = rule("boost", products=[SOAP]), rule("bury", products=[SOAP])
        assert warned(*rules) == ["Rule 2 moves the same goods the other way."]
        assert warned(*rules, of=1) == ["Rule 1 moves the same goods the other way."]

    def test_moving_what_is_never_shown(self) -> None:
        assert warned(rule("first", products=[MILK]), never(DAIRY)) == [
            "Rule 2 never shows these goods, so moving them does nothing."
        ]

    def test_the_same_twice(self) -> None:
        assert warned(never(DAIRY), never(DAIRY), of=1) == ["Rule 1 says the same: take one of them out."]

    def test_beside_the_page_the_same_goods_contradict_too(self) -> None:
        assert "nothing is left" in warned(rule("only", "same_brand"), rule("never", "same_brand"))[0]


class TestFixedPlaces:
    def test_two_for_one_place(self) -> None:
        rules = rule("pin", products=[SOAP, MILK], place=2), rule("pin", products=[14, 15], place=3)
        told = "Rule 1 has the same place: what it names stands there, and this one next to it."
        assert warned(*rules) == []
        assert warned(*rules, of=1) == [told]

    def test_what_is_never_shown(self) -> None:
        told = "“milk” is never shown (Rule 2): its place goes to others."
        assert warned(rule("pin", products=[MILK, SOAP]), never(DAIRY)) == [told]

    def test_what_is_sold_out(self) -> None:
        gone = Catalogue((replace(GOODS[MILK], is_buyable=False),), 1)
        assert "sold out now" in warned(rule("pin", products=[MILK]), goods=gone)[0]

    def test_a_place_beyond_the_block(self) -> None:
        assert "there is no place 7" in warned(rule("pin", products=[MILK], place=7))[0]

    def test_goods_that_are_not_named(self) -> None:
        assert "Only certain products" in warned(rule("pin", "category", categories=[DAIRY]))[0]


class TestToday:
    def test_goods_that_there_are_none_of(self) -> None:
        nobody = rule("never", "brand", brands=["Nobody"])
        assert warned(nobody) == ["No goods of today's catalogue are meant, so it does nothing today."]
        assert "nothing would be left" in warned(replace(nobody, action="only"))[0]

    def test_nothing_is_said_before_the_catalogue_was_looked_at(self) -> None:
        assert warned(rule("never", "brand", brands=["Nobody"]), goods=Catalogue((), 0)) == []

    def test_what_is_gone_from_the_shop(self) -> None:
        told = "Something that was chosen here is gone from the shop (#404): take it out."
        assert told in warned(never(DAIRY, GONE))
        assert told in warned(rule("boost", products=[GONE, MILK]))
        assert told in warned(never(DAIRY, where=(GONE,)))

    def test_a_condition_whose_code_is_gone(self) -> None:
        assert "The code for “horoscope” is gone" in warned(rule("never", "horoscope"))[0]


def test_a_rule_says_what_it_does_where_and_for_whom() -> None:
    def told(*of: str, **more: object) -> str:
        return sentence(rule(*of, **more), LABELS)

    assert told("never", "category", categories=[DAIRY, HOME]) == "Never show goods from 3, 5."
    assert told("only", products=[MILK]) == "Show only milk."
    assert told("boost", products=[MILK], strength=1.5) == "Move up milk, as if they were 1.5 times as good."
    assert told("bury", products=[MILK], strength=1000.0) == "Move down milk, to the very end."
    assert told("pin", products=[MILK, SOAP], place=2) == "Put into place 2: milk, soap."
    assert told("first", "brand", brands=["Alma"]) == "Show before all others: goods of the brand Alma."
    assert told("silence", products=[SOAP], where=(BABY,), regions=("Kyiv",)) == (
        "Give no reason for soap, on pages about 4, to shoppers from Kyiv."
    )
    assert told("never", "category") == "It does nothing yet: fill in which goods it is about."
    assert told("never", "") == "It does nothing yet: say which goods it is about."


class TestGoodsLeft:
    def left(self, *rules: Rule, shop: tuple[Rule, ...] = (), goods: Catalogue = TODAY) -> tuple[str, bool]:
        found = check(rules, of_the_shop=shop, catalogue=goods, names=LABELS)
        return found.left_told, found.is_nothing_left

    def test_are_counted_over_all_rules(self) -> None:
        assert self.left() == ("5 of 5 products may be shown.", False)
        assert self.left(only(FOOD), never(DAIRY)) == ("1 of 5 products may be shown.", False)
        assert self.left(only(FOOD), shop=(never(BABY),)) == ("2 of 5 products may be shown.", False)
        assert self.left(only(DAIRY), only(HOME)) == ("0 of 5 products may be shown.", True)

    @pytest.mark.parametrize(
        "more",
        [rule("only", "same_brand"), never(DAIRY, where=(BABY,)), never(DAIRY, regions=("Kyiv",))],
        ids=["page's product", "some pages", "some shoppers"],
    )
    def test_what_depends_on_the_page_is_left_out_and_said(self, more: Rule) -> None:
        told, is_nothing = self.left(never(HOME), more)
        assert told.startswith("3 of 5 products may be shown. Rules that depend on the page")
        assert not is_nothing

    def test_an_unfinished_rule_is_no_rule(self) -> None:
        assert self.left(only()) == ("5 of 5 products may be shown.", False)

    def test_before_the_first_look_nothing_is_claimed(self) -> None:
        assert self.left(only(DAIRY), goods=Catalogue((), 0)) == (
            "The catalogue has not been looked at yet: how many goods are left is not known.", False,
        )  # fmt: skip

    def test_of_a_large_catalogue_a_part_is_counted(self) -> None:
        part = Catalogue(tuple(GOODS.values()), 5000)
        assert self.left(only(FOOD), goods=part)[0] == "3,000 of 5,000 products may be shown."


class TestALargeCatalogue:
    @pytest.fixture
    def part(self, shop: Shop) -> Catalogue:
        write_facts(shop, sponge={"brand": "Rare"})
        return read_catalogue(most=5)

    def test_is_read_in_part(self, part: Catalogue) -> None:
        assert part.total == 12
        assert 0 < len(part.facts) <= 5
        assert not part.is_whole
        assert read_catalogue().is_whole

    def test_but_all_of_it_before_anything_is_called_empty(self, part: Catalogue, shop: Shop) -> None:
        without = replace(part, facts=[one for one in part.facts if one.brand != "Rare"])
        rare = rule("only", "brand", brands=["Rare"])
        assert Lint([rare], names_in([rare]), without).warnings(rare) == []
        nobody = rule("only", "brand", brands=["Nobody"])
        assert len(Lint([nobody], names_in([nobody]), without).warnings(nobody)) == 1
        assert isinstance(without.facts[0], Fact)


def test_names_are_asked_for_at_once(shop: Shop, django_assert_num_queries: object) -> None:
    rules = [rule("never", products=[one]) for one in shop.ids("honey", "butter", "coffee")]
    rules += [never(category.pk) for category in shop.categories.values()]
    with django_assert_num_queries(2):  # type: ignore[operator]
        names = names_in(rules)
        told = [sentence(one, names) for one in rules]
    assert told[:2] == ["Never show honey.", "Never show butter."]
    assert told[4] == "Never show goods from Breakfast."
