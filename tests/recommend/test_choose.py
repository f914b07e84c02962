"""The choice: what is never offered, who stands in, and what stands on the card."""

from datetime import timedelta

import pytest

from personalization.events import history
from personalization.events.history import History
from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.choosing import hidden_ids
from personalization.recommend.strategies.strategy import Candidate, Strategy, strategies
from personalization.registry import UnknownName
from tests import people
from tests.people import NOW


def chosen(shop, context, strategy="bestsellers", **wishes) -> list[str]:
    return shop.titles(card.id for card in choose(context, strategy, **wishes).cards)


class TestNeverOffered:
    def test_a_product_out_of_stock(self, shop, context, listed):
        listed("advent calendar", "oat milk")
        assert chosen(shop, context) == ["oat milk"]

    def test_a_product_all_of_whose_pieces_are_promised_to_others(self, shop, context, listed):
        shop["candles"].stockrecords.update(num_allocated=3)
        listed("candles", "oat milk")
        assert chosen(shop, context) == ["oat milk"]

    def test_a_product_that_the_shop_hides(self, shop, context, listed):
        type(shop["honey"]).objects.filter(pk=shop["honey"].pk).update(is_public=False)
        listed("honey", "oat milk")
        assert chosen(shop, context) == ["oat milk"]

    def test_a_product_that_is_gone(self, shop, context, listed):
        listed("honey", "oat milk")
        shop["honey"].delete()
        assert chosen(shop, context) == ["oat milk"]

    def test_a_product_without_a_price(self, shop, context, listed):
        shop["honey"].stockrecords.all().delete()
        listed("honey", "oat milk")
        assert chosen(shop, context) == ["oat milk"]

    def test_a_parent_none_of_whose_variants_is_left(self, shop, context, listed):
        for size in ("apron small", "apron large"):
            shop[size].stockrecords.update(num_in_stock=0)
        listed("apron", "oat milk")
        assert chosen(shop, context) == ["oat milk"]

    def test_a_variant_by_itself(self, shop, context, listed):
        listed("apron small", "apron", "apron large")
        assert chosen(shop, context) == ["apron"]

    def test_what_is_in_the_basket(self, shop, context, listed, now_with):
        listed("butter", "oat milk")
        assert chosen(shop, now_with(context, basket_ids=(shop["butter"].pk,))) == ["oat milk"]

    def test_the_product_of_the_page_itself(self, shop, context, listed, now_with):
        listed("butter", "oat milk")
        assert chosen(shop, now_with(context, product_id=shop["butter"].pk)) == ["oat milk"]

    def test_what_a_block_above_has_shown(self, shop, context, listed, now_with):
        listed("butter", "oat milk")
        assert chosen(shop, now_with(context, shown_ids=frozenset(shop.ids("butter")))) == ["oat milk"]

    @pytest.mark.parametrize(("days", "offered"), [(2.9, ["oat milk"]), (3.1, ["butter", "oat milk"])])
    def test_what_was_bought_within_three_days(self, shop, context, listed, anna, now_with, days, offered):
        listed("butter", "oat milk")
        people.bought(anna, {shop["butter"]: 1}, at=NOW - timedelta(days=days))
        past = history.recent(Person(user_id=anna.pk), now=NOW)
        assert chosen(shop, now_with(context, history=past)) == offered

    def test_a_parent_one_of_whose_variants_was_just_bought(self, shop, context, listed, anna, now_with):
        listed("apron", "oat milk")
        people.bought(anna, {shop["apron small"]: 1}, at=NOW)
        past = history.recent(Person(user_id=anna.pk), now=NOW)
        assert chosen(shop, now_with(context, history=past)) == ["oat milk"]


class TestEnough:
    def test_the_order_of_the_list_is_kept_up_to_the_limit(self, shop, context, listed):
        listed("honey", "butter", "oat milk", "muesli")
        assert chosen(shop, context, limit=3) == ["honey", "butter", "oat milk"]

    def test_without_a_limit_it_is_the_setting_s(self, shop, context, listed, settings):
        settings.PERSONALIZATION_CARD_LIMIT = 2
        listed("honey", "butter", "oat milk")
        assert chosen(shop, context) == ["honey", "butter"]

    def test_fewer_than_the_minimum_are_none(self, shop, context, listed):
        listed("honey", "butter")
        assert chosen(shop, context, minimum=3) == []

    def test_goods_sold_out_at_the_head_of_the_list_make_room_for_those_behind(self, shop, context, listed):
        titles = ["oat milk", "muesli", "rye bread", "butter", "honey", "coffee", "green tea", "dish soap"]
        listed(*titles, "sponge", "candles")
        for title in titles:
            shop[title].stockrecords.update(num_in_stock=0)
        assert chosen(shop, context, limit=2) == ["sponge", "candles"]


class TestStandIns:
    def test_fill_a_block_that_has_too_few(self, shop, context, listed, near, now_with):
        near("oat milk", "muesli")
        listed("honey", "butter", measure="trend", period="week")
        listed("coffee")
        here = now_with(context, product_id=shop["oat milk"].pk)
        selection = choose(here, "bought_together", minimum=3, limit=6)
        assert shop.titles(card.id for card in selection.cards) == ["muesli", "honey", "butter"]
        assert selection.served_by == "bought_together+trending"
        assert selection.is_own

    @pytest.mark.parametrize("own", [3, 4, 5])
    def test_leave_alone_a_block_that_has_enough(self, shop, context, listed, near, now_with, own):
        near("oat milk", *["muesli", "rye bread", "butter", "honey", "coffee"][:own])
        listed("sponge", "candles")
        here = now_with(context, product_id=shop["oat milk"].pk)
        selection = choose(here, "bought_together", minimum=3, limit=6)
        assert selection.served_by == "bought_together"
        assert len(selection.cards) == own

    def test_are_asked_one_after_the_other(self, shop, context, listed, run):
        listed("coffee", "butter", "honey")
        assert choose(context, "goes_with_basket", minimum=3).served_by == "bestsellers"

    def test_may_be_named_by_the_owner(self, shop, context, listed, run):
        listed("honey", measure="trend", period="week")
        listed("coffee")
        assert chosen(shop, context, "similar", stand_ins=("trending",)) == ["honey"]

    def test_are_not_asked_when_the_owner_wants_none(self, shop, context, listed, run):
        listed("coffee", "butter", "honey")
        assert chosen(shop, context, "similar", stand_ins=()) == []

    def test_never_show_a_product_twice(self, shop, context, listed, near, now_with):
        near("oat milk", "muesli", "butter")
        listed("butter", "muesli", "honey")
        here = now_with(context, product_id=shop["oat milk"].pk)
        assert chosen(shop, here, "bought_together", minimum=3) == ["muesli", "butter", "honey"]

    def test_take_over_when_all_that_the_strategy_found_is_sold_out(self, shop, context, listed, near, now_with):
        own = ["muesli", "rye bread", "butter", "honey", "coffee", "green tea"]
        near("oat milk", *own)
        for title in own:
            shop[title].stockrecords.update(num_in_stock=0)
        listed("sponge", "dish soap", "candles")
        here = now_with(context, product_id=shop["oat milk"].pk)
        assert chosen(shop, here, "bought_together", minimum=3) == ["sponge", "dish soap", "candles"]


def test_the_default_fallback_is_never_empty_while_there_is_anything_to_sell(shop, context, listed, run):
    listed("coffee", "butter", "honey")
    for strategy in strategies:
        if strategy.stand_ins or strategy.name == "bestsellers":
            assert chosen(shop, context, strategy.name, minimum=3), strategy.name


def test_an_unknown_strategy_is_named_with_those_there_are(context):
    with pytest.raises(UnknownName, match=r"'magic'.*bestsellers"):
        choose(context, "magic")


class TestTheCard:
    def card(self, context, title):
        (card,) = [one for one in choose(context, "bestsellers", limit=20).cards if one.title == title]
        return card

    @pytest.fixture(autouse=True)
    def _all_listed(self, listed):
        listed("oat milk", "candles", "apron")

    def test_has_title_price_and_addresses(self, shop, context):
        card = self.card(context, "oat milk")
        assert (str(card.price), card.currency, card.has_variants, card.low_stock) == ("1.99", "USD", False, None)
        assert card.url == shop["oat milk"].get_absolute_url()
        assert card.add_url == f"/basket/add/{card.id}/"

    def test_says_how_few_are_left(self, context):
        assert self.card(context, "candles").low_stock == 3

    def test_of_a_parent_shows_the_price_from_which_it_starts(self, context):
        card = self.card(context, "apron")
        assert (str(card.price), card.is_from_price, card.has_variants) == ("12.00", True, True)

    def test_follows_the_price_at_once(self, shop, context):
        shop["oat milk"].stockrecords.update(price="1.49")
        assert str(self.card(context, "oat milk").price) == "1.49"

    def test_asks_nothing_for_itself(self, context, django_assert_num_queries):
        with django_assert_num_queries(2):
            choose(context, "bestsellers", limit=20)


class TestReasons:
    def reasons(self, shop, selection) -> dict[str, str]:
        return {card.title: card.reason for card in selection.cards}

    def test_name_the_product_that_they_go_back_to(self, shop, context, near, now_with):
        near("oat milk", "muesli")
        here = now_with(context, basket_ids=(shop["oat milk"].pk,))
        assert self.reasons(shop, choose(here, "goes_with_basket")) == {"muesli": "Goes with oat milk in your basket"}

    def test_tell_a_visit_from_a_purchase(self, shop, context, near, anna, now_with):
        near("oat milk", "muesli", relation="also")
        near("sponge", "dish soap", relation="also")
        people.bought(anna, {shop["sponge"]: 1}, at=NOW - timedelta(days=30))
        people.did("product_viewed", shop["oat milk"], user=anna)
        person = Person(user_id=anna.pk)
        here = now_with(context, person=person, history=history.recent(person, now=NOW))
        assert self.reasons(shop, choose(here, "for_you")) == {
            "muesli": "Because you looked at oat milk",
            "dish soap": "Because you bought sponge",
        }

    def test_of_the_night_are_told_by_their_number(self, shop, context, nightly, anna, now_with):
        nightly(anna, because="oat milk", muesli=2, coffee=1, honey=4, butter=5)
        here = now_with(context, person=Person(user_id=anna.pk))
        assert self.reasons(shop, choose(here, "for_you")) == {
            "muesli": "Because you bought oat milk",
            "coffee": "You buy this regularly",
            "honey": "Fits what you usually buy",
            "butter": "Many people choose it",
        }

    def test_say_how_often(self, shop, context, nightly, anna, now_with):
        nightly(anna, because="oat milk", muesli=2, coffee=1)
        for days in (40, 30, 20):
            people.bought(anna, {shop["oat milk"]: 1, shop["coffee"]: 2}, at=NOW - timedelta(days=days))
        person = Person(user_id=anna.pk)
        here = now_with(context, person=person, history=history.recent(person, now=NOW))
        assert self.reasons(shop, choose(here, "for_you")) == {
            "muesli": "Because you bought oat milk 3 times",
            "coffee": "You have bought this 3 times",
        }

    def test_are_plain_where_nothing_of_the_person_is_behind_them(self, shop, context, listed, near, now_with):
        listed("honey")
        near("oat milk", "muesli")
        near("oat milk", "butter", relation="similar")
        here = now_with(context, product_id=shop["oat milk"].pk)
        assert self.reasons(shop, choose(context, "bestsellers")) == {"honey": "Many people choose it"}
        assert self.reasons(shop, choose(here, "bought_together")) == {"muesli": "Often bought together"}
        assert self.reasons(shop, choose(here, "similar")) == {"butter": "Could be taken instead"}

    def test_and_their_products_stand_in_the_log(self, shop, context, near, now_with):
        near("oat milk", "muesli")
        here = now_with(context, basket_ids=(shop["oat milk"].pk,))
        assert choose(here, "goes_with_basket").told() == {
            "strategy": "goes_with_basket",
            "served_by": "goes_with_basket",
            "products": [
                {"id": shop["muesli"].pk, "reason": "basket", "because": shop["oat milk"].pk, "by": "goes_with_basket"}
            ],
        }

    def test_and_how_often_it_was(self, shop, context, anna, now_with):
        for days in (40, 30, 20, 10):
            people.bought(anna, {shop["muesli"]: 1}, at=NOW - timedelta(days=days))
        person = Person(user_id=anna.pk)
        here = now_with(context, person=person, history=history.recent(person, now=NOW))
        found = choose(here, "buy_again")
        assert self.reasons(shop, found) == {"muesli": "You usually buy it every 10 days"}
        assert [one["times"] for one in found.told()["products"]] == [10]


def test_a_strategy_may_repeat_what_the_shopper_did(shop, context, now_with):
    class Again(Strategy):
        name, label, title, sentence = "again", "Again", "Again", "again"
        keeps_basket = True

        def candidates(self, context, parameters):
            return [Candidate(shop["oat milk"].pk, 1.0)]

    here = now_with(context, basket_ids=(shop["oat milk"].pk,), history=History())
    assert hidden_ids(Again(), here) == set()
