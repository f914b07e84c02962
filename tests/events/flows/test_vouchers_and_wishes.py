"""Vouchers that stayed and vouchers that did not; wishes that were new and wishes that were merely kept."""

from django.urls import reverse
from oscar.core.loading import get_model

from personalization.events.models import Event
from tests import people
from tests.events.flows.steps import all_so_far, ask_for_alert, kinds, rows
from tests.journeys_of_oscar import buy, enter_voucher, put_into_basket, review, wish_for


def test_a_voucher_is_told_by_its_number(open_shop, visiting):
    voucher = people.voucher("SPRING")
    put_into_basket(visiting, open_shop["oat milk"])
    enter_voucher(visiting, "SPRING")
    assert Event.objects.get(kind="voucher_added").payload == {"voucher": voucher.pk}


def test_a_code_that_gives_no_discount_is_no_voucher(open_shop, visiting):
    voucher = people.voucher("SPRING")
    get_model("offer", "Condition").objects.filter(offers__vouchers=voucher).update(value=50)
    put_into_basket(visiting, open_shop["oat milk"])
    known = all_so_far()
    enter_voucher(visiting, "SPRING")
    assert get_model("basket", "Basket").vouchers.through.objects.count() == 0
    assert kinds(since=known) == []


def test_a_voucher_that_ran_out_is_taken_off_by_the_order_not_by_the_shopper(open_shop, annas):
    voucher = people.voucher("SPRING")
    put_into_basket(annas, open_shop["oat milk"])
    enter_voucher(annas, "SPRING")
    get_model("voucher", "Voucher").objects.filter(pk=voucher.pk).update(end_datetime="2021-01-01T00:00Z")
    buy(annas)
    assert "purchased" in kinds()
    assert "voucher_removed" not in kinds()


def test_a_voucher_in_a_command_is_told_too(open_shop, visiting):
    put_into_basket(visiting, open_shop["oat milk"])
    get_model("basket", "Basket").objects.get().vouchers.add(people.voucher("SPRING"))
    assert kinds()[-1] == "voucher_added"


def test_a_wish_of_a_variant_is_told_with_its_parent(open_shop, annas):
    wish_for(annas, open_shop["apron large"])
    wish_for(annas, open_shop["apron large"])
    told = [(kind, product, variant) for kind, product, variant, *_ in rows() if kind == "wishlist_added"]
    assert told == [("wishlist_added", *open_shop.ids("apron", "apron large"))] * 2


def test_a_wish_that_moves_to_another_list_is_no_new_one(open_shop, annas, anna):
    wish_for(annas, open_shop["oat milk"])
    wish, other = get_model("wishlists", "Line").objects.get(), anna.wishlists.create(name="Birthday")
    known = all_so_far()
    annas.get(
        reverse(
            "customer:wishlists-move-product-to-another",
            kwargs={"key": wish.wishlist.key, "line_pk": wish.pk, "to_key": other.key},
        )
    )
    assert other.lines.count() == 1
    assert kinds(since=known) == []


def test_a_list_that_is_deleted_takes_its_wishes_along_but_an_account_does_not(open_shop, annas, anna):
    wish_for(annas, open_shop["oat milk"])
    known = all_so_far()
    anna.wishlists.get().delete()
    assert kinds(since=known) == ["wishlist_removed"]
    wish_for(annas, open_shop["oat milk"])
    known = all_so_far()
    anna.delete()
    assert kinds(since=known) == []


def test_an_alert_that_is_answered_is_not_asked_for_again(open_shop, visiting):
    ask_for_alert(visiting, open_shop["advent calendar"])
    alert = get_model("customer", "ProductAlert").objects.get()
    alert.confirm()
    alert.close()
    assert kinds().count("stock_alert_asked") == 1


def test_the_status_of_an_order_is_its_buyer_s_whoever_changes_it(open_shop, client, anna, settings):
    order = people.ordered(anna, {open_shop["oat milk"]: 1})
    client.force_login(people.person("Clara", is_staff=True, is_superuser=True))
    client.get("/basket/")
    address = reverse("dashboard:order-detail", kwargs={"number": order.number})
    client.post(address, {"order_action": "change_order_status", "new_status": "Being processed"})
    told = Event.objects.get(kind="order_status_changed")
    assert (told.user_id, told.visitor_id, told.traffic) == (anna.pk, None, "shopper")
    assert told.payload == {"order": order.pk, "before": "Pending", "after": "Being processed"}


def test_the_status_of_a_stranger_s_order_names_nobody(open_shop):
    people.ordered(None, {open_shop["oat milk"]: 1}).set_status("Cancelled")
    assert Event.objects.get().user_id is None


def test_a_review_of_a_product_is_told_with_its_stars(open_shop, annas, anna):
    review(annas, open_shop["oat milk"])
    told = Event.objects.get(kind="reviewed")
    assert (told.product_id, told.user_id, told.payload) == (open_shop["oat milk"].pk, anna.pk, {"score": 5})
