"""From the log to lists: what several people chose who searched for the same, and nobody's own secret."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.events.identifiers import event_id
from personalization.events.models import AccountConsent, Event, Visitor
from personalization.events.write import NewEvent, write
from personalization.recommend.searches.models import SearchClock, SearchDeed, SearchList
from personalization.recommend.searches.refresh import refresh_searches
from tests.people import NOW

VIEWED, ADDED, BOUGHT = "product_viewed", "basket_added", "purchased"


def test_the_strongest_wish_of_most_comes_first(visit, lists):
    # Honey 3 + 3 + 5, butter 1 + 1.
    visit(1, "?Sweet", ("honey", ADDED), ("butter", VIEWED))
    visit(2, "?sweet ", ("honey", ADDED), ("butter", VIEWED))
    visit(3, "?SWEET", ("honey", VIEWED), ("honey", BOUGHT))
    refresh_searches(now=NOW)
    assert lists("sweet") == ["honey", "butter"]
    assert SearchList.objects.get(scope="words").scores == [11.0, 2.0]


class TestNobodysSecret:
    def test_two_people_are_too_few(self, visit, lists):
        for visitor in (1, 2):
            visit(visitor, "?lump in my breast", ("honey", BOUGHT), at=NOW - timedelta(hours=visitor))
        refresh_searches(now=NOW)
        assert not SearchList.objects.exists()

    def test_one_person_on_three_days_is_one(self, visit):
        for day in (1, 2, 3):
            visit(7, "?sweet", ("honey", BOUGHT), at=NOW - timedelta(days=day))
        refresh_searches(now=NOW)
        assert not SearchList.objects.exists()

    def test_one_account_in_three_browsers_is_one(self, visit, anna):
        for visitor in (1, 2, 3):
            visit(visitor, "?sweet", ("honey", BOUGHT))
        Visitor.objects.update(user=anna)
        refresh_searches(now=NOW)
        assert not SearchList.objects.exists()

    def test_what_one_of_them_chose_alone_is_left_out(self, visit, lists):
        for visitor in (1, 2, 3):
            visit(visitor, "?sweet", ("honey", ADDED))
        visit(4, "?sweet", ("candles", BOUGHT))
        refresh_searches(now=NOW)
        assert lists("sweet") == ["honey"]

    def test_single_words_need_three_people_too(self, visit, lists):
        visit(1, "?dark honey", ("honey", ADDED))
        visit(2, "?forest honey", ("honey", ADDED))
        refresh_searches(now=NOW)
        assert not SearchList.objects.exists()
        visit(3, "?clear honey", ("honey", ADDED), at=NOW)
        refresh_searches(now=NOW + timedelta(minutes=10))
        assert lists("honey", "one_word") == ["honey"]
        assert lists("dark", "one_word") == []


class TestWhoDoesNotCount:
    @pytest.fixture(autouse=True)
    def _two_people(self, visit):
        for visitor in (1, 2):
            visit(visitor, "?sweet", ("honey", ADDED))

    def test_bots_and_staff(self, visit, lists):
        visit(3, "?sweet", ("honey", ADDED), traffic="bot")
        visit(4, "?sweet", ("honey", ADDED), traffic="staff")
        refresh_searches(now=NOW)
        assert lists("sweet") == []

    def test_a_bot_that_is_found_out_later(self, visit, lists):
        visit(3, "?sweet", ("honey", ADDED))
        refresh_searches(now=NOW)
        assert lists("sweet") == ["honey"]
        Visitor.objects.filter(pk=UUID(int=3)).update(traffic="bot")
        refresh_searches(now=NOW + timedelta(days=1))
        assert lists("sweet") == []

    def test_an_account_that_said_no(self, visit, lists, anna):
        visit(3, "?sweet", ("honey", ADDED), user_id=anna.pk)
        refresh_searches(now=NOW)
        assert lists("sweet") == ["honey"]
        AccountConsent.objects.create(user_id=anna.pk, purposes=["analytics"], changed_at=NOW)
        refresh_searches(now=NOW + timedelta(days=1))
        assert lists("sweet") == []
        assert not SearchDeed.objects.filter(user_id=anna.pk).exists()

    def test_deeds_before_the_search(self, shop, visit):
        visit(3, ("honey", ADDED), "?sweet", ("butter", VIEWED))
        refresh_searches(now=NOW)
        of_this_visit = SearchDeed.objects.filter(visitor_id=UUID(int=3))
        assert shop.titles(of_this_visit.values_list("product_id", flat=True)) == ["butter"]

    def test_deeds_of_another_visit(self, visit, lists):
        visit(3, "?sweet", at=NOW - timedelta(hours=9))
        visit(3, ("honey", ADDED), at=NOW - timedelta(hours=1))
        refresh_searches(now=NOW)
        assert lists("sweet") == []


class TestOneVisit:
    def found(self) -> dict[str, float]:
        return dict(SearchDeed.objects.values_list("words", "weight"))

    def test_a_deed_goes_back_to_the_last_search(self, visit):
        visit(1, "?sweet", ("butter", VIEWED), "?hot", ("coffee", ADDED))
        refresh_searches(now=NOW)
        assert self.found() == {"sweet": 1.0, "hot": 3.0}

    def test_and_half_to_the_one_that_found_nothing_and_was_put_into_other_words(self, visit):
        visit(1, "?hunny", "?honny", "?honey", ("honey", ADDED))
        refresh_searches(now=NOW)
        assert self.found() == {"honey": 3.0, "honny": 1.5, "hunny": 0.75}

    def test_the_same_search_twice_is_one(self, visit):
        visit(1, "?honey", "?Honey", ("honey", ADDED))
        refresh_searches(now=NOW)
        assert self.found() == {"honey": 3.0}

    def test_of_one_product_the_strongest_deed_counts(self, visit):
        visit(1, "?honey", ("honey", VIEWED), ("honey", BOUGHT), ("honey", ADDED))
        refresh_searches(now=NOW)
        assert self.found() == {"honey": 5.0}

    def test_of_one_person_the_strongest_five_products_count(self, shop, visit, lists):
        many = ["muesli", "rye bread", "butter", "honey", "coffee", "green tea", "dish soap"]
        for visitor in (1, 2, 3):
            visit(visitor, "?all", *[(one, ADDED) for one in many])
        refresh_searches(now=NOW)
        assert len(lists("all")) == 5


class TestIncrements:
    def test_equal_what_is_made_at_once(self, visit):
        visit(1, "?sweet", ("honey", ADDED), at=NOW - timedelta(hours=3))
        refresh_searches(now=NOW - timedelta(hours=2))
        visit(2, "?sweet", ("honey", ADDED), "?hot tea", ("green tea", VIEWED), at=NOW - timedelta(minutes=100))
        refresh_searches(now=NOW - timedelta(hours=1))
        visit(3, "?sweet", ("honey", BOUGHT), at=NOW - timedelta(minutes=50))
        visit(4, "?tea hot", ("green tea", ADDED), at=NOW - timedelta(minutes=40))
        visit(5, "?tea", ("green tea", ADDED), at=NOW - timedelta(minutes=30))
        refresh_searches(now=NOW)
        step_by_step = rows()
        assert len(step_by_step) == 4
        for model in (SearchDeed, SearchList, SearchClock):
            model.objects.all().delete()
        refresh_searches(now=NOW)
        assert rows() == step_by_step

    def test_twice_is_once(self, visit):
        for visitor in (1, 2, 3):
            visit(visitor, "?sweet", ("honey", ADDED))
        refresh_searches(now=NOW)
        before = rows()
        refresh_searches(now=NOW)
        assert rows() == before

    def test_a_deed_that_comes_in_the_same_visit_later_is_added(self, visit, lists, shop):
        for visitor in (1, 2, 3):
            visit(visitor, "?sweet", at=NOW - timedelta(minutes=30))
        refresh_searches(now=NOW - timedelta(minutes=20))
        assert lists("sweet") == []
        for visitor in (1, 2, 3):
            add_to_visit(visitor, shop["honey"], NOW - timedelta(minutes=5))
        refresh_searches(now=NOW)
        assert lists("sweet") == ["honey"]

    def test_only_what_is_new_is_read(self, visit):
        for visitor in range(1, 4):
            visit(visitor, "?sweet", ("honey", ADDED), at=NOW - timedelta(days=60))
        refresh_searches(now=NOW - timedelta(hours=1))
        with CaptureQueriesContext(connection) as sent:
            refresh_searches(now=NOW)
        walks = [one["sql"] for one in sent if "WITH touched" in one["sql"]]
        assert len(walks) == 1

    def test_what_became_old_is_let_go(self, visit):
        for visitor in (1, 2, 3):
            visit(visitor, "?sweet", ("honey", ADDED))
        refresh_searches(now=NOW)
        refresh_searches(now=NOW + timedelta(days=130))
        assert not SearchDeed.objects.exists()
        assert not SearchList.objects.exists()


def rows() -> list[tuple]:
    listed = SearchList.objects.order_by("scope", "words")
    return list(listed.values_list("scope", "words", "product_ids", "scores", "people"))


def add_to_visit(visitor: int, product, at) -> None:
    visit_id = Event.objects.get(visitor_id=UUID(int=visitor), kind="visit_started").pk
    write([
        NewEvent(
            id=event_id(at), kind=ADDED, happened_at=at, visitor_id=UUID(int=visitor), visit_id=visit_id,
            product_id=product.pk, quantity=1,
        )
    ])  # fmt: skip
