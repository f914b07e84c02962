"""A whole choice by the owner's rules: with cards, stock, prices by the shop's strategy, and the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization import shop as door
from personalization.events import history, showings
from personalization.events.identifiers import event_id
from personalization.events.person import Person
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.recommend.choose import choose
from personalization.recommend.context import Context
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.rules.rule import Rule, Rules, rules_from
from personalization.recommend.rules.trace import FullTrace
from personalization.shop import Buying
from tests import people
from tests.people import NOW, Shop
from tests.recommend.rules.goods import rule, write_facts

LIST = ("oat milk", "muesli", "rye bread", "dish soap", "sponge", "honey")


@pytest.fixture
def known(shop: Shop, listed: Any) -> Shop:
    """The shop with the facts of its goods and a list of best sellers."""
    write_facts(shop, oat_milk={"brand": "Oatly"}, muesli={"brand": "Oatly"})
    listed(*LIST)
    return shop


@pytest.fixture
def chosen(known: Shop, context: Context) -> Callable[..., list[str]]:
    """The titles of what comes of it; `here` is what is known beside a stranger on a page about nothing."""

    def choice(*rules: Rule, here: Any = None, strategy: str = "bestsellers", **wishes: Any) -> list[str]:
        of_block = {name: wishes.pop(name) for name in ("most_of_category", "most_of_brand", "tires_after",
                                                          "frees_stand_ins") if name in wishes}  # fmt: skip
        asked = Rules(rules, **of_block)
        found = choose(replace(context, **(here or {})), strategy, rules=asked, **wishes)
        return known.titles(card.id for card in found.cards)

    return choice


class TestFixedPlaces:
    def test_a_product_stands_there_that_no_strategy_named(self, known, chosen):
        assert chosen(rule("pin", products=known.ids("coffee"), place=2), limit=4) == [
            "oat milk", "coffee", "muesli", "rye bread",
        ]  # fmt: skip

    def test_one_of_the_list_stands_there_once(self, known, chosen):
        assert chosen(rule("pin", products=known.ids("honey")), limit=3) == ["honey", "oat milk", "muesli"]

    def test_of_two_for_one_place_the_upper_rule_has_it(self, known, chosen):
        coffee, tea = (rule("pin", products=known.ids(one), place=2) for one in ("coffee", "green tea"))
        assert chosen(coffee, tea, limit=4) == ["oat milk", "coffee", "green tea", "muesli"]
        assert chosen(tea, coffee, limit=4) == ["oat milk", "green tea", "coffee", "muesli"]

    def test_what_is_sold_out_leaves_its_place_to_the_others(self, known, chosen):
        pins = rule("pin", products=known.ids("advent calendar", "coffee"))
        assert chosen(pins, limit=3) == ["oat milk", "coffee", "muesli"]

    def test_what_may_never_be_shown_is_not_put_there(self, known, chosen):
        pin = rule("pin", products=known.ids("coffee"))
        never = rule("never", "category", categories=[known.categories["Breakfast"].pk])
        assert chosen(pin, never) == ["dish soap", "sponge"]

    def test_only_does_not_ask_about_it(self, known, chosen):
        only = rule("only", "category", categories=[known.categories["Household"].pk])
        assert chosen(rule("pin", products=known.ids("coffee")), only) == ["coffee", "dish soap", "sponge"]

    def test_it_is_not_what_the_shopper_looks_at_or_has_in_the_basket(self, known, chosen):
        pin = rule("pin", products=known.ids("coffee", "honey"))
        assert chosen(pin, here={"product_id": known["coffee"].pk}, limit=2) == ["oat milk", "honey"]
        assert chosen(pin, here={"basket_ids": tuple(known.ids("honey"))}, limit=2) == ["coffee", "oat milk"]

    def test_a_place_beyond_the_block_leaves_it_where_it_is(self, known, chosen):
        assert chosen(rule("pin", products=known.ids("muesli"), place=9), limit=3) == [
            "oat milk", "muesli", "rye bread",
        ]  # fmt: skip

    def test_it_counts_towards_the_minimum(self, known, chosen):
        only = rule("only", products=known.ids("oat milk"))
        pin = rule("pin", products=known.ids("coffee"), place=2)
        assert chosen(only, pin, minimum=2, stand_ins=()) == ["oat milk", "coffee"]
        assert chosen(only, pin, minimum=3, stand_ins=()) == []

    def test_a_rule_for_other_pages_puts_nothing_here_and_hides_nothing(self, known, chosen):
        pin = rule("pin", products=known.ids("muesli"), where=(known.categories["Household"].pk,))
        assert chosen(pin, limit=2) == ["oat milk", "muesli"]


class TestStandIns:
    def test_are_asked_what_the_block_asks(self, known, chosen, listed):
        listed("muesli", "dish soap", measure="trend", period="week")
        only = rule("only", "category", categories=[known.categories["Household"].pk])
        assert chosen(only, strategy="trending", minimum=2) == ["dish soap", "sponge"]

    def test_may_be_free_of_it_but_not_of_never(self, known, chosen, listed):
        listed("dish soap", measure="trend", period="week")
        rules = (
            rule("only", "category", categories=[known.categories["Household"].pk]),
            rule("never", products=known.ids("oat milk")),
        )
        assert chosen(*rules, strategy="trending", minimum=3, frees_stand_ins=True)[:3] == [
            "dish soap", "muesli", "rye bread",
        ]  # fmt: skip
        assert chosen(*rules, minimum=1, frees_stand_ins=True) == ["dish soap", "sponge"], "its own list is not free"


class TestCaps:
    def test_a_category_does_not_fill_the_block_while_there_are_others(self, chosen):
        assert chosen(most_of_category=1, limit=4) == ["oat milk", "dish soap", "muesli", "rye bread"]

    def test_nor_a_brand(self, chosen):
        assert chosen(most_of_brand=1, limit=3) == ["oat milk", "rye bread", "dish soap"]


class TestSilence:
    def reasons(self, known, context, anna, *rules):
        people.did("product_viewed", known["oat milk"], user=anna)
        past = history.recent(Person(user_id=anna.pk), now=NOW)
        found = choose(replace(context, history=past), "for_you", rules=Rules(rules), stand_ins=())
        return {card.title: bool(card.reason) for card in found.cards}

    def test_no_reason_is_given_for_such_goods(self, known, context, near, anna):
        near("oat milk", "muesli", "dish soap", relation="also")
        assert self.reasons(known, context, anna) == {"muesli": True, "dish soap": True}
        silent = rule("silence", "category", categories=[known.categories["Household"].pk])
        assert self.reasons(known, context, anna, silent) == {"muesli": True, "dish soap": False}

    def test_nor_one_that_names_them(self, known, context, near, anna):
        near("dish soap", "muesli", relation="also")
        people.did("product_viewed", known["dish soap"], user=anna)
        past = history.recent(Person(user_id=anna.pk), now=NOW)
        here = replace(context, history=past, person=Person(user_id=anna.pk))
        silent = Rules((rule("silence", products=known.ids("dish soap")),))
        told = [choose(here, "for_you", rules=rules, stand_ins=()).cards[0].reason for rules in (Rules(), silent)]
        assert "dish soap" in told[0]
        assert told[1] == ""


class TestPagesAndShoppers:
    def never_next_to(self, known):
        goods, pages = known.categories["Household"].pk, known.categories["Breakfast"].pk
        return rule("never", "category", categories=[goods], where=(pages,))

    def test_goods_are_kept_away_from_the_page_of_a_product(self, known, chosen):
        away = self.never_next_to(known)
        assert "dish soap" not in chosen(away, here={"product_id": known["oat milk"].pk})
        assert "dish soap" in chosen(away, here={"product_id": known["candles"].pk})
        assert "dish soap" in chosen(away)

    def test_and_from_the_page_of_the_category_and_those_below(self, known, chosen):
        below = known.categories["Breakfast"].add_child(name="Tea")
        away = self.never_next_to(known)
        for category, is_away in (("Breakfast", True), ("Tea", True), ("Household", False), ("Everything", False)):
            page = known.categories.get(category, below)
            assert ("dish soap" not in chosen(away, here={"category_id": page.pk})) == is_away, category

    def test_a_category_that_is_gone_breaks_nothing(self, known, chosen):
        assert chosen(rule("never", products=known.ids("honey"), where=(987654,)), here={"category_id": 987654})

    def test_shoppers_of_a_region_see_what_is_meant_for_them(self, known, chosen):
        local = rule("only", "category", categories=[known.categories["Household"].pk], regions=("Lviv",))
        assert chosen(local, here={"region": "Lviv"}) == ["dish soap", "sponge"]
        assert chosen(local, here={"region": "Odesa"}) == list(LIST)

    def test_the_department_of_the_page_is_found_below_a_lone_root(self, known, chosen):
        other = rule("never", "same_department")
        assert chosen(other, here={"product_id": known["coffee"].pk}) == ["dish soap", "sponge"]

    def test_what_a_shopper_usually_pays_is_read_from_what_was_bought(self, known, chosen, anna):
        for title, place in {"candles": 0.9, "apron": 0.8, "coffee": 1.0, "oat milk": 0.95, "muesli": 0.1}.items():
            known_row(known, title).update(price_place=place)
        dear = rule("only", "price_tier", side="near")
        assert chosen(dear, here={"person": Person(user_id=anna.pk)}) == list(LIST), "nothing is known of Anna yet"
        people.bought(anna, {known[one]: 1 for one in ("candles", "apron small", "coffee")}, at=NOW - timedelta(days=9))
        past = history.recent(Person(user_id=anna.pk), now=NOW)
        assert chosen(dear, here={"history": past}) == ["oat milk"]


class Members:
    """A strategy of Oscar for members, who pay half."""

    def __init__(self, usual: Any) -> None:
        self.usual = usual

    def fetch_for_product(self, product: Any) -> Any:
        info = self.usual.fetch_for_product(product)
        info.price.excl_tax = info.price.excl_tax / 2
        info.price.tax = Decimal(0)
        return info


class TestPrices:
    @pytest.fixture
    def half(self) -> dict[str, Any]:
        return {"buying": Buying(Members(door.buying().strategy))}

    def test_a_price_is_looked_at_as_this_shopper_pays_it(self, known, chosen, half):
        # oat milk 1.99, muesli 3.49, rye bread 2.79, dish soap 1.49, sponge 0.99, honey 4.99
        dear = rule("only", "price", least="1.50")
        assert chosen(dear) == ["oat milk", "muesli", "rye bread", "honey"]
        assert chosen(dear, here=half) == ["muesli", "honey"], "half of 2.79 is less than 1.50"

    def test_a_price_that_rose_since_the_last_look_is_seen_on_the_card(self, known, chosen):
        known["muesli"].stockrecords.update(price=Decimal("9.00"))
        assert "muesli" in chosen()
        assert "muesli" not in chosen(rule("never", "price", least="8"))
        assert "muesli" not in chosen(rule("only", "price", most="8"))

    def test_both_sides_of_a_comparison_are_as_this_shopper_pays_them(self, known, chosen, half):
        # Beside butter at 2.29: up to a tenth dearer is 2.52, up to a quarter 2.86.
        near = rule("only", "price_against_page", least="-25", most="25")
        butter = {"product_id": known["butter"].pk}
        assert chosen(near, here=butter) == ["oat milk", "rye bread"]
        assert chosen(near, here=butter | half) == ["oat milk", "rye bread"]

    def test_a_page_whose_product_is_sold_out_is_compared_with_by_its_fact(self, known, chosen):
        near = rule("only", "price_against_page", least="-60", most="-30")
        assert chosen(near, here={"product_id": known["advent calendar"].pk}) == ["muesli", "honey"]

    def test_a_price_in_another_currency_is_not_held_against_the_shop_s_own(self, known, chosen):
        for one in known.products.values():
            one.stockrecords.update(price=Decimal("100.00"), price_currency="UAH")
        assert chosen(rule("only", "price", most="2")) == ["oat milk", "dish soap", "sponge"]

    def test_the_trace_says_that_it_was_the_price(self, known, context):
        known["muesli"].stockrecords.update(price=Decimal("9.00"))
        trace = FullTrace()
        choose(context, "bestsellers", rules=Rules((rule("never", "price", least="8"),)), trace=trace)
        assert [step.product_id for step in trace.steps if step.stage == "price"] == known.ids("muesli")


class TestFatigue:
    PHONE = UUID(int=0xB0B)

    @pytest.fixture
    def shows(self, known: Shop) -> Callable[..., None]:
        def write_showings(times: int, *titles: str, looked: bool = True, clicked: str = "") -> None:
            events = []
            for number in range(times):
                at = NOW - timedelta(hours=number + 1)
                shown = event_id(at)
                goods = [{"id": one} for one in known.ids(*titles)]
                events.append(self.event(shown, "block_shown", at, {"products": goods}))
                if looked:
                    events.append(self.event(event_id(at), "block_seen", at, {"shown": str(shown)}))
                if clicked:
                    events.append(
                        replace(
                            self.event(event_id(at), "block_clicked", at, {"shown": str(shown)}),
                            product_id=known[clicked].pk,
                        )
                    )
            write(events, visitors=[SeenVisitor(self.PHONE, NOW, None)])

        return write_showings

    def event(self, identifier: UUID, kind: str, at: Any, payload: dict[str, Any]) -> NewEvent:
        return NewEvent(identifier, kind, at, visitor_id=self.PHONE, payload=payload)

    def here(self) -> dict[str, Any]:
        person = Person(visitor_id=self.PHONE)
        return {"person": person, "unclicked": lambda: showings.unclicked(person, now=NOW)}

    def test_what_was_seen_again_and_again_moves_behind(self, chosen, shows):
        shows(3, "oat milk", "muesli")
        assert chosen(tires_after=3, here=self.here(), limit=3) == ["rye bread", "dish soap", "sponge"]
        assert chosen(tires_after=4, here=self.here(), limit=2) == ["oat milk", "muesli"]

    def test_for_this_person_only(self, chosen, shows):
        shows(3, "oat milk", "muesli")
        assert chosen(tires_after=3, limit=2) == ["oat milk", "muesli"]

    def test_what_was_clicked_is_not_tired_of(self, chosen, shows):
        shows(3, "oat milk", "muesli", clicked="muesli")
        assert chosen(tires_after=3, here=self.here(), limit=2) == ["muesli", "rye bread"]

    def test_what_never_came_onto_the_screen_does_not_count(self, chosen, shows):
        shows(3, "oat milk", looked=False)
        assert chosen(tires_after=3, here=self.here(), limit=1) == ["oat milk"]

    def test_a_fixed_place_stands_however_often_it_was_seen(self, known, chosen, shows):
        shows(3, "oat milk")
        pin = rule("pin", products=known.ids("oat milk"))
        assert chosen(pin, tires_after=3, here=self.here(), limit=2) == ["oat milk", "muesli"]


class TestCost:
    """Rules cost a page one query for the facts, and one more each for what few of them ask for."""

    def cost(self, context: Context, *rules: Rule, **here: Any) -> int:
        page = replace(context, **here)
        page.tables.run_id  # noqa: B018 - read by every page
        with CaptureQueriesContext(connection) as asked:
            choose(page, "bestsellers", rules=Rules(rules))
        return len(asked)

    @pytest.mark.parametrize(
        ("rules", "more"),
        [
            ([rule("never", "price", most="1"), rule("only", "brand", brands=["Oatly"])], 1),
            ([rule("never", "same_brand"), rule("boost", "price_against_page", least="-20")], 1),
            ([rule("never", "same_department"), rule("first", "same_department")], 2),
            ([rule("never", "price", most="1", where=(1,))], 1),
        ],
        ids=["plain", "beside the page", "departments", "product page"],
    )
    def test_in_queries(self, known, context, now_with, rules, more):
        usual = self.cost(now_with(context), product_id=known["butter"].pk)
        assert self.cost(now_with(context), *rules, product_id=known["butter"].pk) == usual + more

    def test_on_the_page_of_a_category(self, known, context, now_with):
        page = {"category_id": known.categories["Breakfast"].pk}
        away = rule("never", "price", most="1", where=(1,))
        assert self.cost(now_with(context), away, **page) == self.cost(now_with(context), **page) + 2


def test_stored_junk_leaves_the_block_as_it_is(known, chosen):
    stored = [{"action": "only", "condition": "category", "values": {"categories": "all"}},
              {"action": "never", "condition": "price", "values": {"least": "a lot"}},
              {"action": "pin", "condition": "product", "values": {"products": [None, "x", 10**30]}, "place": "top"},
              {"action": "first", "condition": "gone", "values": 7}, None]  # fmt: skip
    assert chosen(*rules_from(stored)) == list(LIST)


def known_row(known: Shop, title: str) -> Any:
    return ProductFact.objects.filter(product_id=known[title].pk)
