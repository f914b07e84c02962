"""The strategies that go on from a product or from what was put aside."""

from datetime import timedelta

import pytest
from oscar.core.loading import get_model

from personalization.events.history import Happening, History
from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import strategies
from tests import people
from tests.people import NOW


def offered(shop, context, name, **parameters) -> list[str]:
    return shop.titles(one.product_id for one in strategies.get(name).candidates(context, parameters))


def deeds(*pairs: tuple[str, int]) -> History:
    """The last of them most lately."""
    ages = [timedelta(hours=age) for age in range(len(pairs))]
    return History(
        tuple(Happening(kind, one, NOW - age, 1) for (kind, one), age in zip(pairs[::-1], ages, strict=True))
    )


@pytest.fixture
def at_honey(shop, context, near, now_with):
    """On the page of honey, 4.99, which everything of the shop is like."""
    people.know_goods(shop)
    near("honey", "coffee", "candles", "green tea", "muesli", "dish soap", "oat milk", relation="similar")
    return now_with(context, product_id=shop["honey"].pk)


class TestAnotherPrice:
    def test_a_finer_choice_is_dearer_within_the_band_and_of_the_same_category(self, shop, at_honey):
        # Coffee costs 30 % more; candles 20 % more, but they are no breakfast.
        assert offered(shop, at_honey, "up_sell") == ["coffee"]

    def test_a_choice_for_less_is_cheaper_within_the_band(self, shop, at_honey):
        # Green tea costs 20 % less, muesli 30 %; oat milk 60 % less: the band ends there.
        assert offered(shop, at_honey, "down_sell") == ["green tea", "muesli"]

    def test_the_owner_sets_the_band(self, shop, at_honey):
        assert offered(shop, at_honey, "up_sell", nearest=31) == []
        assert offered(shop, at_honey, "down_sell", nearest=25, farthest=100) == ["muesli", "oat milk"]

    def test_a_band_that_ends_before_it_begins_is_refused(self):
        form = strategies.get("up_sell").Form(data={"nearest": 50, "farthest": 10})
        assert form.errors["farthest"] == ["Make it at least as large as the number before it."]

    def test_a_product_without_a_known_price_is_left_out(self, shop, at_honey):
        ProductFact.objects.filter(product_id=shop["coffee"].pk).update(price=None)
        assert offered(shop, at_honey, "up_sell") == []

    def test_the_band_stands_in_the_owner_s_sentence(self):
        told = strategies.get("up_sell").describe({"nearest": 10, "farthest": 40})
        assert told == "of the same category that cost 10 to 40 % more than the one being viewed"


class TestPickedByHand:
    def test_stands_in_the_owner_s_order(self, shop, context, now_with):
        recommendations = get_model("catalogue", "ProductRecommendation").objects
        for title, ranking in (("butter", 1), ("honey", 5)):
            recommendations.create(primary=shop["rye bread"], recommendation=shop[title], ranking=ranking)
        assert offered(shop, now_with(context, product_id=shop["rye bread"].pk), "picked") == ["honey", "butter"]

    def test_a_variant_stands_for_its_family(self, shop, context, now_with):
        recommendations = get_model("catalogue", "ProductRecommendation").objects
        recommendations.create(primary=shop["sponge"], recommendation=shop["apron small"])
        assert offered(shop, now_with(context, product_id=shop["sponge"].pk), "picked") == ["apron"]


class TestPutAside:
    def test_what_lay_in_a_basket_comes_before_what_is_wished_for(self, shop, context, anna, now_with):
        wishes = get_model("wishlists", "WishList").objects.create(owner=anna)
        for title in ("honey", "coffee"):
            wishes.add(shop[title])
        past = deeds(("basket_added", shop["muesli"].pk), ("basket_added", shop["coffee"].pk))
        here = now_with(context, person=Person(user_id=anna.pk), history=past)
        found = strategies.get("go_on").candidates(here, {})
        assert shop.titles(one.product_id for one in found) == ["coffee", "muesli", "honey"]
        assert [one.reason for one in found] == [Reason.LEFT, Reason.LEFT, Reason.WISHED]

    def test_what_was_bought_is_not_put_aside(self, shop, context, now_with):
        past = deeds(("basket_added", shop["muesli"].pk), ("purchased", shop["muesli"].pk))
        assert offered(shop, now_with(context, history=past), "go_on") == []

    @staticmethod
    def ago(kind, product, **span):
        return Happening(kind, product.pk, NOW - timedelta(**span), 1)

    def test_what_still_lies_in_the_basket_from_an_earlier_visit_comes_first(self, shop, context, anna, now_with):
        past = History(
            (
                self.ago("product_viewed", shop["honey"], minutes=20),
                self.ago("basket_added", shop["coffee"], minutes=40),  # of this visit: half an hour is a pause
                self.ago("basket_added", shop["butter"], days=2),
                self.ago("basket_added", shop["muesli"], days=3),
            )
        )
        here = now_with(
            context, person=Person(user_id=anna.pk), history=past, basket_ids=tuple(shop.ids("coffee", "muesli"))
        )
        found = choose(here, "go_on").choices
        assert shop.titles(one.card.id for one in found) == ["muesli", "butter"]
        assert [one.card.reason for one in found] == ["Still in your basket", "You had this in your basket"]

    def test_what_is_wished_for_and_was_just_bought_is_fulfilled(self, shop, context, anna, now_with):
        wishes = get_model("wishlists", "WishList").objects.create(owner=anna)
        for title in ("honey", "coffee", "butter"):
            wishes.add(shop[title])
        past = History((self.ago("purchased", shop["honey"], days=1), self.ago("purchased", shop["coffee"], days=90)))
        here = now_with(context, person=Person(user_id=anna.pk), history=past, basket_ids=tuple(shop.ids("butter")))
        assert shop.titles(one.card.id for one in choose(here, "go_on").choices) == ["coffee"]

    def test_of_a_stranger_only_the_visit_is_known(self, shop, context, now_with, django_assert_num_queries):
        here = now_with(context, history=deeds(("basket_added", shop["muesli"].pk)))
        with django_assert_num_queries(0):
            strategies.get("go_on").candidates(here, {})


class TestAlsoViewed:
    def test_the_page_in_hand_and_the_looks_before_it_are_added_up(self, shop, context, near, steps, now_with):
        steps(0.5, 0.5)
        near("honey", "coffee", "candles", relation="viewed")  # 1 and 1/2
        near("muesli", "candles", "green tea", "honey", relation="viewed")  # 1, 1/2 and 1/3
        visit = now_with(context, product_id=shop["honey"].pk, history=deeds(("product_viewed", shop["muesli"].pk)))
        found = strategies.get("also_viewed").candidates(visit, {})
        assert shop.titles(one.product_id for one in found) == ["candles", "coffee", "green tea"]
        assert [one.score for one in found] == pytest.approx([0.75, 0.5, 0.25])
        assert {one.reason for one in found} == {Reason.VIEWED_NEXT}

    def test_without_a_page_or_a_list_there_is_nothing(self, shop, context, now_with):
        assert offered(shop, context, "also_viewed") == []
        assert offered(shop, now_with(context, product_id=shop["honey"].pk), "also_viewed") == []

    def test_lists_without_weights_are_read_for_the_page_in_hand(self, shop, context, near, now_with):
        near("honey", "coffee", relation="viewed")
        near("muesli", "candles", relation="viewed")
        visit = now_with(context, product_id=shop["honey"].pk, history=deeds(("product_viewed", shop["muesli"].pk)))
        assert offered(shop, visit, "also_viewed") == ["coffee"]

    def test_it_costs_one_query(self, shop, run, context, near, now_with, django_assert_num_queries):
        near("honey", "coffee", relation="viewed")
        with django_assert_num_queries(1):  # its lists, and with them which version
            strategies.get("also_viewed").candidates(now_with(context, product_id=shop["honey"].pk), {})
