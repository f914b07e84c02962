"""Something new: nothing that this shopper ever bought, whoever stands in."""

from datetime import timedelta
from uuid import UUID

import pytest

from personalization.events.history import Happening, History
from personalization.events.person import Person
from personalization.recommend.choose import choose
from personalization.recommend.models import RankedList
from personalization.recommend.strategies.strategy import strategies
from tests.people import NOW, did


def offered(shop, context) -> list[str]:
    return shop.titles(one.product_id for one in strategies.get("discover").candidates(context, {}))


def shown(shop, context, **more) -> list[str]:
    return shop.titles(one.id for one in choose(context, "discover", limit=12, **more).cards)


def doing(kind, *ids) -> History:
    return History(tuple(Happening(kind, one, NOW - timedelta(hours=age), 1) for age, one in enumerate(ids)))


@pytest.fixture
def of_anna(context, anna, now_with):
    return now_with(context, person=Person(user_id=anna.pk))


class TestTheNight:
    def test_its_own_list_is_read_and_not_that_of_what_comes_next(self, shop, of_anna, anna, nightly):
        nightly(anna, coffee=1)
        nightly(anna, task="novel", honey=2, butter=4)
        assert offered(shop, of_anna) == ["honey", "butter"]

    def test_both_lists_cost_one_query(self, of_anna, anna, nightly, django_assert_num_queries):
        nightly(anna, coffee=1)
        nightly(anna, task="novel", honey=2)
        # The version in use comes with them.
        with django_assert_num_queries(1):
            assert of_anna.tables.shopper_list(anna.pk)
            assert of_anna.tables.shopper_list(anna.pk, task="novel")

    def test_what_was_bought_since_is_dropped(self, shop, of_anna, anna, nightly, now_with):
        nightly(anna, task="novel", honey=2, butter=4)
        here = now_with(of_anna, history=doing("purchased", shop["honey"].pk))
        assert offered(shop, here) == ["butter"]

    def test_the_reason_names_what_it_goes_back_to(self, shop, of_anna, anna, nightly):
        did("purchased", shop["coffee"], user=anna, at=NOW - timedelta(days=40))
        nightly(anna, because="coffee", task="novel", honey=2)
        assert [one.reason for one in choose(of_anna, "discover", stand_ins=()).cards] == ["Because you bought coffee"]


class TestTheVisit:
    def test_moves_what_was_never_bought(self, shop, of_anna, anna, nightly, near, now_with):
        nightly(anna, task="novel", honey=2, butter=4)
        near("oat milk", "muesli", "butter", relation="also")
        here = now_with(of_anna, history=doing("product_viewed", shop["oat milk"].pk))
        # By night honey 1, butter 1/2; by the visit muesli 1, butter 1/2: a tie, the older product first.
        assert sorted(offered(shop, here)) == ["butter", "honey", "muesli"]

    def test_brings_nothing_that_was_bought_long_ago(self, shop, of_anna, anna, near, now_with):
        did("purchased", shop["muesli"], user=anna, at=NOW - timedelta(days=300))
        near("oat milk", "muesli", "honey", relation="also")
        # The history of a page does not reach back so far.
        here = now_with(of_anna, history=doing("product_viewed", shop["oat milk"].pk))
        assert offered(shop, here) == ["honey"]

    def test_of_a_stranger_is_enough(self, shop, context, near, now_with):
        near("oat milk", "muesli", "honey", relation="also")
        stranger = Person(visitor_id=UUID(int=1))
        seen = doing("product_viewed", shop["oat milk"].pk)
        assert offered(shop, now_with(context, person=stranger, history=seen)) == ["muesli", "honey"]
        bought = History((*seen.happenings, *doing("purchased", shop["muesli"].pk).happenings))
        assert offered(shop, now_with(context, person=stranger, history=bought)) == ["honey"]


class TestStandIns:
    def test_bring_nothing_either_that_was_bought(self, shop, of_anna, anna, nightly, listed):
        did("purchased", shop["coffee"], user=anna, at=NOW - timedelta(days=40))
        nightly(anna, task="novel", honey=2)
        listed("coffee", "sponge", "butter")
        assert shown(shop, of_anna, minimum=3) == ["honey", "sponge", "butter"]

    def test_the_region_comes_before_the_shop(self, shop, context, run, listed, now_with):
        ids = shop.ids("honey", "green tea", "muesli")
        RankedList.objects.create(
            measure="units", period="month", scope="region:kyiv", product_ids=ids, scores=[1.0] * 3, refreshed_at=NOW
        )
        listed("coffee", "sponge", "butter")
        assert shown(shop, now_with(context, region="Kyiv"), minimum=3) == ["honey", "green tea", "muesli"]
        assert shown(shop, now_with(context, region=""), minimum=3) == ["coffee", "sponge", "butter"]

    def test_other_lists_may_show_what_was_bought(self, shop, of_anna, anna, listed):
        did("purchased", shop["coffee"], user=anna, at=NOW - timedelta(days=40))
        listed("coffee", "sponge", "butter")
        assert shop.titles(one.id for one in choose(of_anna, "bestsellers").cards) == ["coffee", "sponge", "butter"]


def test_a_known_shopper_costs_two_look_ups(shop, of_anna, anna, nightly, near, now_with, django_assert_num_queries):
    nightly(anna, task="novel", honey=2)
    near("oat milk", "muesli", relation="also")
    here = now_with(of_anna, history=doing("product_viewed", shop["oat milk"].pk))
    with django_assert_num_queries(2):  # all lists and where their goods belong; what was ever bought
        strategies.get("discover").candidates(here, {})


def test_a_stranger_of_whom_nothing_is_known_costs_none(context, run, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert strategies.get("discover").candidates(context, {}) == []
