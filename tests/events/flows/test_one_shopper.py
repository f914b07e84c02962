"""One shopper from an advertisement to the review of what she bought: the log holds that, and nothing else."""

from tests import people
from tests.events.flows import steps
from tests.events.flows.steps import rows
from tests.journeys_of_oscar import (
    ADDRESS,
    change_basket,
    enter_voucher,
    look_at,
    put_into_basket,
    review,
    search,
    wish_for,
)


def test_a_whole_story_leaves_exactly_its_rows(open_shop, client, anna):
    milk, honey, apron, small = (open_shop[one] for one in ("oat milk", "honey", "apron", "apron small"))
    voucher = people.voucher("SPRING")
    steps.fill_from_a_command(honey, pieces=2, owner=anna)
    known = steps.all_so_far()

    client.get(f"{milk.get_absolute_url()}?utm_source=shop-news&utm_medium=email")
    client.get(open_shop.categories["Breakfast"].get_absolute_url())
    search(client, "green tea")
    look_at(client, apron)
    put_into_basket(client, apron, variant=small)
    put_into_basket(client, milk, pieces=2)
    put_into_basket(client, milk)
    change_basket(client, milk, pieces=5)
    change_basket(client, apron, pieces=1)
    change_basket(client, small, pieces=0)
    enter_voucher(client, "SPRING")
    people.log_in(client, anna)
    client.get("/basket/")
    wish_for(client, honey)
    client.get("/checkout/")
    client.get("/checkout/shipping-address/")
    client.post("/checkout/shipping-address/", ADDRESS)
    client.get("/checkout/shipping-method/", follow=True)
    client.get("/checkout/preview/")
    client.post("/checkout/preview/", {"action": "place_order"})
    client.get("/checkout/thank-you/")
    order = anna.orders.get()
    order.set_status("Being processed")
    review(client, milk)
    client.get("/accounts/logout/")
    client.get("/basket/")

    told = rows(since=known)
    lines = {line.product_id: line.pk for line in order.lines.all()}
    basket = {one["line"] for kind, *_, one in told if kind.startswith("basket_")}
    assert len(basket) == 2
    plain = [
        (kind, product, variant, pieces, {k: v for k, v in one.items() if k != "line"})
        for kind, product, variant, pieces, one in told
    ]
    came = {"landing": milk.get_absolute_url(), "device": "desktop", "language": "en", "number": 1}
    step = [("checkout_step", None, None, None, {"step": name}) for name in
            ("start", "shipping_address", "payment_details", "preview", "thank_you")]  # fmt: skip
    used = {"order": order.pk, "offer": voucher.offers.get().pk, "voucher": voucher.pk}
    assert plain == [
        ("product_viewed", milk.pk, None, None, {}),
        ("visit_started", None, None, None, came | {"source": "shop-news", "medium": "email"}),
        ("category_viewed", None, None, None, {"category": open_shop.categories["Breakfast"].pk, "page": 1}),
        ("searched", None, None, None, {"query": "green tea", "results": 1}),
        ("product_viewed", apron.pk, None, None, {}),
        ("basket_added", apron.pk, small.pk, 1, {}),
        ("basket_added", milk.pk, None, 2, {}),
        ("basket_added", milk.pk, None, 1, {}),
        ("basket_changed", milk.pk, None, 5, {"before": 3}),
        ("basket_removed", apron.pk, small.pk, None, {"before": 1}),
        ("voucher_added", None, None, None, {"voucher": voucher.pk}),
        ("logged_in", None, None, None, {}),
        ("wishlist_added", honey.pk, None, 1, {}),
        *step[:4],
        *sorted(("purchased", pk, None, {milk.pk: 5, honey.pk: 2}[pk], {"order": order.pk}) for pk in lines),
        ("offer_used", None, None, None, used),
        step[4],
        (
            "order_status_changed",
            None,
            None,
            None,
            {"order": order.pk, "before": "Pending", "after": "Being processed"},
        ),
        ("reviewed", milk.pk, None, None, {"score": 5}),
        ("visit_started", None, None, None, came | {"landing": "/basket/"}),
    ]
