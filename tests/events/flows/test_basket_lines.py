"""Lines of a basket: what a request did to them in all, whoever did it, and nothing that was not a shopper's doing."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from personalization.events import saved
from personalization.events.models import Event
from tests import people
from tests.events.flows import steps
from tests.events.flows.steps import all_so_far, fill_from_a_command, line, lines_of, rows, send_basket
from tests.journeys_of_oscar import buy, put_into_basket


def told(known: set) -> list[tuple]:
    """Kind, pieces and how many there were before."""
    return [(kind, pieces, payload.get("before")) for kind, _, _, pieces, payload in rows(since=known)]


@pytest.fixture
def milk(open_shop, visiting):
    """Two bottles of milk in the basket."""
    put_into_basket(visiting, open_shop["oat milk"], pieces=2)
    return line()


@pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "not atomic"])
class TestARequest:
    @pytest.fixture(autouse=True)
    def _atomic(self, atomic, monkeypatch):
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)

    def test_that_saves_a_line_three_times_changed_it_once(self, visiting, milk):
        known = all_so_far()
        visiting.get(f"/again-and-again/{milk.pk}/")
        assert told(known) == [("basket_changed", 3, 2)]

    def test_that_takes_a_change_back_tells_only_what_came_of_it(self, visiting, milk):
        known = all_so_far()
        visiting.get(f"/rolled-back/{milk.pk}/")
        assert told(known) == [("basket_changed", 4, 2)]

    def test_that_changes_nothing_tells_nothing(self, visiting, milk):
        known = all_so_far()
        send_basket(visiting, quantity=2)
        assert told(known) == []

    def test_that_asks_for_too_many_tells_nothing(self, visiting, milk):
        known = all_so_far()
        send_basket(visiting, quantity=500)
        assert lines_of() == {"oat milk": 2}
        assert told(known) == []


def test_a_line_that_was_loaded_alone_is_told_with_the_parent_of_its_product(open_shop, visiting):
    put_into_basket(visiting, open_shop["apron"], variant=open_shop["apron small"])
    known = all_so_far()
    visiting.get(f"/by-number/{line().pk}/")
    ((kind, product_id, variant_id, _, _),) = rows(since=known)
    assert (kind, product_id, variant_id) == ("basket_removed", *open_shop.ids("apron", "apron small"))


class TestLogin:
    def test_merges_nothing_that_anybody_did(self, open_shop, anna, visiting, milk):
        theirs = fill_from_a_command(open_shop["oat milk"], pieces=5, owner=anna)
        theirs.add_product(open_shop["honey"])
        put_into_basket(visiting, open_shop["butter"], pieces=3)
        known = all_so_far()
        people.log_in(visiting, anna)
        visiting.get("/basket/")
        assert lines_of(anna) == {"oat milk": 5, "honey": 1, "butter": 3}
        assert steps.kinds(since=known) == ["logged_in"]

    def test_that_puts_something_in_with_the_merging_page_tells_that_alone(self, open_shop, anna, visiting, milk):
        fill_from_a_command(open_shop["oat milk"], pieces=5, owner=anna)
        people.log_in(visiting, anna)
        known = all_so_far()
        put_into_basket(visiting, open_shop["oat milk"], pieces=3)
        assert lines_of(anna) == {"oat milk": 8}
        assert told(known) == [("basket_added", 3, None)]

    def test_moves_the_vouchers_without_a_word(self, open_shop, anna, visiting, milk):
        people.voucher("SPRING")
        visiting.post("/basket/vouchers/add/", {"code": "SPRING"})
        known = all_so_far()
        people.log_in(visiting, anna)
        visiting.get("/basket/")
        assert get_model("basket", "Basket").objects.get(owner=anna).vouchers.count() == 1
        assert steps.kinds(since=known) == ["logged_in"]


class TestNobodyEmptiesABasket:
    def test_by_ordering_it(self, open_shop, annas):
        put_into_basket(annas, open_shop["oat milk"])
        buy(annas)
        assert "basket_removed" not in steps.kinds()

    def test_that_the_shop_flushes_with_the_order(self, open_shop, annas):
        put_into_basket(annas, open_shop["oat milk"])
        put_into_basket(annas, open_shop["honey"])
        people.ordered(None, {open_shop["oat milk"]: 1})
        known = all_so_far()
        annas.get("/order-and-empty/")
        assert lines_of() == {}
        assert steps.kinds(since=known) == ["purchased"]

    @pytest.mark.parametrize("status", ["Submitted", "Frozen", "Merged"])
    def test_that_is_no_longer_one(self, open_shop, visiting, milk, status):
        known = all_so_far()
        basket = milk.basket
        get_model("basket", "Basket").objects.filter(pk=basket.pk).update(status=status)
        basket.refresh_from_db()
        basket.lines.all().delete()
        assert steps.kinds(since=known) == []

    def test_when_old_baskets_accounts_or_goods_are_cleared_away(self, open_shop, visiting, milk, anna):
        fill_from_a_command(open_shop["honey"], owner=anna)
        known = all_so_far()
        open_shop["oat milk"].delete()
        get_model("basket", "Basket").objects.filter(owner=None).delete()
        anna.delete()
        assert get_model("basket", "Line").objects.count() == 0
        assert steps.kinds(since=known) == []

    def test_but_a_shopper_who_clears_it(self, open_shop, visiting, milk):
        known = all_so_far()
        milk.basket.flush()
        assert told(known) == [("basket_removed", None, 2)]


class TestACommand:
    def test_writes_what_it_did_when_it_is_done(self, open_shop, anna):
        with transaction.atomic():
            basket = fill_from_a_command(open_shop["oat milk"], pieces=2, owner=anna)
            assert Event.objects.count() == 0
        (put,) = Event.objects.all()
        assert (put.kind, put.user_id, put.visitor_id, put.quantity) == ("basket_added", anna.pk, None, 2)
        mine = basket.lines.get()
        mine.quantity = 7
        mine.save()
        mine.delete()
        assert told(set()) == [("basket_added", 2, None), ("basket_changed", 7, 2), ("basket_removed", None, 7)]

    def test_that_is_rolled_back_did_nothing(self, open_shop):
        with transaction.atomic():
            fill_from_a_command(open_shop["oat milk"])
            transaction.set_rollback(True)
        assert Event.objects.count() == 0

    def test_that_loads_rows_from_a_file_did_nothing(self, open_shop, visiting, milk):
        known = all_so_far()
        saved.line_saved(sender=type(milk), instance=milk, created=True, raw=True)
        assert steps.kinds(since=known) == []


def test_a_line_costs_no_query_of_ours(open_shop, visiting, milk, settings):
    settings.PERSONALIZATION_ENABLED = False
    with CaptureQueriesContext(connection) as bare:
        send_basket(visiting, quantity=3)
    settings.PERSONALIZATION_ENABLED = True
    with CaptureQueriesContext(connection) as ours:
        send_basket(visiting, quantity=4)
    assert len(ours) == len(bare) + 1
