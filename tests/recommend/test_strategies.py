"""Each strategy on tables written by hand."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from personalization.events import history
from personalization.events.history import Happening, History
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.recommend.facts.models import ProductFact
from personalization.recommend.facts.refresh import refresh_all
from personalization.recommend.models import TrainingRun
from personalization.recommend.reasons import Reason
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import Tables
from tests.people import NOW, did


def offered(shop, context, name, **parameters) -> list[str]:
    return shop.titles(one.product_id for one in strategies.get(name).candidates(context, parameters))


def looked_at(*ids: int) -> History:
    """The last of them most lately."""
    return History(
        tuple(Happening("product_viewed", one, NOW - timedelta(hours=age), 1) for age, one in enumerate(ids))
    )


class TestForYou:
    def test_a_stranger_gets_what_the_visit_says_the_latest_loudest(self, shop, context, near, now_with):
        near("oat milk", "muesli", "honey", relation="also")
        near("sponge", "dish soap", relation="also")
        # sponge was seen last: dish soap 0.7, then muesli 0.8 * 0.7 = 0.56 and honey half of it.
        here = now_with(context, history=looked_at(shop["sponge"].pk, shop["oat milk"].pk))
        assert offered(shop, here, "for_you") == ["dish soap", "muesli", "honey"]

    def test_a_known_shopper_gets_the_night_moved_by_the_visit(self, shop, context, near, nightly, anna, now_with):
        nightly(anna, coffee=4, muesli=4, honey=4)
        near("oat milk", "honey", relation="also")
        person = Person(user_id=anna.pk)
        here = now_with(context, person=person, history=looked_at(shop["oat milk"].pk))
        # By night coffee 1, muesli 1/2, honey 1/3; the visit adds 1 to honey.
        assert offered(shop, here, "for_you") == ["honey", "coffee", "muesli"]

    def test_a_visit_goes_on_to_what_others_looked_at_next(self, shop, context, near, steps, now_with):
        steps(0.5, 0.4)
        near("oat milk", "muesli", "honey", "sponge", relation="viewed")
        near("sponge", "dish soap", relation="viewed")
        near("sponge", "candles", relation="also")
        did = [("product_viewed", shop["sponge"].pk), ("basket_added", shop["oat milk"].pk)]
        past = History(tuple(Happening(kind, one, NOW, 1) for kind, one in did))
        found = strategies.get("for_you").candidates(now_with(context, history=past), {})
        # Dish soap 1/2, muesli 0.4 and honey half of it; the sponge was looked at just now.
        assert shop.titles(one.product_id for one in found) == ["dish soap", "muesli", "honey"]
        assert [one.score for one in found] == pytest.approx([1.0, 0.8, 0.4])
        because = [(Reason.VIEWED, shop["sponge"].pk), (Reason.BASKET, shop["oat milk"].pk)]
        assert [(one.reason, one.because_id) for one in found] == [because[0], because[1], because[1]]

    def test_where_nobody_went_on_what_is_liked_along_stands_in(self, shop, context, near, steps, now_with):
        steps(0.5, 0.4)
        near("oat milk", "muesli", relation="viewed")
        near("sponge", "candles", relation="also")
        assert offered(shop, now_with(context, history=looked_at(shop["sponge"].pk)), "for_you") == ["candles"]

    @pytest.mark.parametrize("relation", ["viewed", "also"])
    def test_a_visit_costs_one_query(self, shop, context, near, steps, now_with, django_assert_num_queries, relation):
        if relation == "viewed":
            steps(0.5, 0.4)
        near("sponge", "candles", relation=relation)
        refresh_all(now=NOW)
        here = now_with(context, history=looked_at(shop["sponge"].pk))
        with django_assert_num_queries(1):  # the version, its lists, and where their goods belong
            found = strategies.get("for_you").candidates(here, {})
            assert here.tables.labels(one.product_id for one in found)[shop["candles"].pk].category_ids

    def test_what_is_read_ahead_is_what_would_be_read_piece_by_piece(
        self, shop, context, near, steps, nightly, anna, now_with, monkeypatch
    ):
        """With visits that go on, and without; with a night, and without; of a product that no job has met, too."""
        steps(0.5, 0.4)
        for relation in ("viewed", "also"):
            near("oat milk", "muesli", "honey", "sponge", relation=relation)
        near("sponge", "dish soap", relation="also")
        nightly(anna, coffee=4, muesli=4)
        refresh_all(now=NOW)
        ProductFact.objects.filter(product_id=shop["honey"].pk).delete()
        here = [
            now_with(context, person=person, history=looked_at(*shop.ids(*names)))
            for person in (Person(), Person(user_id=anna.pk))
            for names in (["oat milk", "sponge"], ["sponge"], ["butter"], [])
        ]
        answers = []
        for _ in range(2):
            fresh = [replace(one, tables=Tables()) for one in here]
            found = [strategies.get(name).candidates(one, {}) for one in fresh for name in ("for_you", "discover")]
            told = [one.tables.labels(shop.ids("muesli", "honey", "coffee", "dish soap")) for one in fresh]
            answers.append((found, told))
            monkeypatch.setattr(Tables, "read_ahead", lambda self, user_id, **asked: None)
        assert answers[0] == answers[1]
        assert any(answers[0][0])

    def test_a_given_version_is_read_though_another_one_is_served(self, shop, context, near, steps, now_with):
        steps(0.5)
        near("sponge", "candles", relation="viewed")
        other = TrainingRun.objects.create(status="retired", asked_by="test", asked_at=NOW)
        near("sponge", "honey", relation="also", version=other)
        here = replace(context, tables=Tables(version=other.pk), history=looked_at(shop["sponge"].pk))
        assert offered(shop, here, "for_you") == ["honey"]
        assert not here.tables.tells_the_next_click
        assert Tables().tells_the_next_click

    def test_somebody_who_did_nothing_gets_nothing(self, shop, context, run):
        assert offered(shop, context, "for_you") == []

    def test_before_the_first_training_there_is_nothing(self, shop, context, now_with):
        assert offered(shop, now_with(context, history=looked_at(shop["oat milk"].pk)), "for_you") == []


class TestNeighbours:
    @pytest.mark.parametrize(("name", "relation"), [("similar", "similar"), ("bought_together", "together")])
    def test_of_the_product_of_the_page_come_nearest_first(self, shop, context, near, now_with, name, relation):
        near("oat milk", "muesli", "honey", relation=relation)
        assert offered(shop, now_with(context, product_id=shop["oat milk"].pk), name) == ["muesli", "honey"]
        assert offered(shop, context, name) == []

    def test_of_a_basket_are_added_up(self, shop, context, near, now_with):
        near("oat milk", "muesli", "honey")
        near("butter", "rye bread", "honey", "muesli")
        # muesli 1 + 1/3, rye bread 1, honey 1/2 + 1/2: the older product first.
        here = now_with(context, basket_ids=tuple(shop.ids("oat milk", "butter")))
        assert offered(shop, here, "goes_with_basket") == ["muesli", "rye bread", "honey"]


class TestLists:
    def test_bestsellers_are_those_of_the_period_and_measure(self, shop, context, listed):
        listed("honey", period="week", measure="revenue")
        listed("coffee")
        assert offered(shop, context, "bestsellers", period="week", measure="revenue") == ["honey"]
        assert offered(shop, context, "bestsellers") == ["coffee"]

    def test_bestsellers_are_those_of_the_category_being_viewed(self, shop, context, listed, now_with):
        household = shop.categories["Household"]
        listed("sponge", category=household)
        listed("coffee")
        assert offered(shop, now_with(context, category_id=household.pk), "bestsellers") == ["sponge"]

    def test_a_category_without_sales_shows_those_of_the_shop(self, shop, context, listed, now_with):
        listed("coffee")
        assert offered(shop, now_with(context, category_id=shop.categories["Household"].pk), "bestsellers") == [
            "coffee"
        ]

    def test_nonsense_in_the_parameters_is_replaced_by_the_default(self, shop, context, listed):
        listed("coffee")
        assert offered(shop, context, "bestsellers", period="aeon", measure="karma") == ["coffee"]

    def test_new_arrivals_are_the_newest_listed_ones(self, shop, context, now_with):
        assert offered(shop, context, "new_arrivals")[:3] == ["apron", "advent calendar", "candles"]
        breakfast = now_with(context, category_id=shop.categories["Breakfast"].pk)
        assert offered(shop, breakfast, "new_arrivals")[:2] == ["green tea", "coffee"]

    def test_the_category_above_has_the_new_arrivals_of_those_below(self, shop, context, now_with):
        above = now_with(context, category_id=shop.categories["Everything"].pk)
        assert len(offered(shop, above, "new_arrivals")) == 12

    def test_recently_viewed_are_the_latest_each_once(self, shop, context, now_with):
        ids = shop.ids("honey", "butter", "honey")
        assert offered(shop, now_with(context, history=looked_at(*ids)), "recently_viewed") == ["honey", "butter"]


class TestHistory:
    def test_is_read_over_all_devices_of_an_account(self, shop, anna, boris):
        phone, laptop, stranger = (UUID(int=n) for n in (1, 2, 3))
        for visitor in (phone, laptop):
            Visitor.objects.create(id=visitor, user=anna, first_seen_at=NOW, last_seen_at=NOW)
        did("product_viewed", shop["oat milk"], visitor=phone, at=NOW - timedelta(hours=3))
        did("product_viewed", shop["butter"], visitor=laptop, at=NOW - timedelta(hours=2))
        did("product_viewed", shop["honey"], user=anna, at=NOW - timedelta(hours=1))
        did("product_viewed", shop["sponge"], visitor=stranger)
        did("product_viewed", shop["coffee"], user=boris, visitor=laptop)
        seen = history.recent(Person(user_id=anna.pk), now=NOW + timedelta(hours=1))
        assert shop.titles(seen.products("product_viewed")) == ["honey", "butter", "oat milk"]

    def test_ends_with_the_days_and_events_that_count(self, shop, anna, settings):
        settings.PERSONALIZATION_HISTORY_DAYS, settings.PERSONALIZATION_HISTORY_EVENTS = 10, 2
        for age, title in [(11, "oat milk"), (3, "butter"), (2, "honey"), (1, "coffee")]:
            did("product_viewed", shop[title], user=anna, at=NOW - timedelta(days=age))
        seen = history.recent(Person(user_id=anna.pk), now=NOW)
        assert shop.titles(seen.products("product_viewed")) == ["coffee", "honey"]

    def test_of_a_stranger_is_not_even_asked_for(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert history.recent(Person(), now=NOW).happenings == ()
