"""What a shopper does in bare Oscar, step by step, over the test client."""

from typing import Any
from unittest import mock

from django.test import Client
from oscar.core.loading import get_model

ADDRESS = {
    "first_name": "Anna", "last_name": "Berg", "line1": "Main street 1", "line4": "Berlin", "postcode": "10115",
    "country": "DE",
}  # fmt: skip


def look_at(client: Client, product: Any) -> Any:
    """Opens a product page."""
    return client.get(product.get_absolute_url())


def search(client: Client, words: str) -> Any:
    """Types words into the search box."""
    return client.get("/search/", {"q": words})


def put_into_basket(client: Client, product: Any, *, pieces: int = 1, variant: Any = None) -> Any:
    """Sends the form of the product page."""
    form = {"quantity": pieces} | ({"child_id": variant.pk} if variant else {})
    return client.post(f"/basket/add/{product.pk}/", form)


def change_basket(client: Client, product: Any, *, pieces: int) -> Any:
    """Says in the basket how many pieces of a product it shall be; none takes it out."""
    lines = client.get("/basket/").context["formset"].forms
    form = {"form-TOTAL_FORMS": len(lines), "form-INITIAL_FORMS": len(lines), "form-MAX_NUM_FORMS": 1000}
    for number, line in enumerate(lines):
        wanted = pieces if line.instance.product_id == product.pk else line.instance.quantity
        form |= {f"form-{number}-id": line.instance.pk, f"form-{number}-quantity": wanted or 1}
        form |= {} if wanted else {f"form-{number}-DELETE": "on"}
    return client.post("/basket/", form)


def enter_voucher(client: Client, code: str) -> Any:
    """Types a code into the basket."""
    return client.post("/basket/vouchers/add/", {"code": code})


def wish_for(client: Client, product: Any) -> Any:
    """Puts a product on the wish list of whoever is signed in."""
    return client.post(f"/accounts/wishlists/add/{product.pk}/")


def strike_wish(client: Client) -> Any:
    """Takes the newest line off its wish list."""
    wish = get_model("wishlists", "Line").objects.order_by("-pk").first()
    key, line = (wish.wishlist.key, wish.pk) if wish else ("none", 0)
    return client.post(f"/accounts/wishlists/{key}/lines/{line}/delete/")


def ask_for_alert(client: Client, product: Any) -> Any:
    """Asks to be told when a product is back."""
    return client.post(f"/accounts/alerts/create/{product.pk}/", {"email": "guest@example.com"})


def send_on_its_way(client: Client, order: Any) -> Any:
    """What the shop's staff does with a new order."""
    told = {"order_action": "change_order_status", "new_status": "Being processed"}
    return client.post(f"/dashboard/orders/{order.number}/", told)


def pack(client: Client, order: Any) -> Any:
    """The staff marks an order's lines as packed; which status may follow which is the shop's setting."""
    lines = order.lines.model
    told = {
        "line_action": "change_line_statuses",
        "new_status": "Packed",
        "selected_line": [*order.lines.values_list("pk", flat=True)],
    }
    told |= {f"selected_line_qty_{line.pk}": line.quantity for line in order.lines.all()}
    with mock.patch.object(lines, "pipeline", {line.status: ("Packed",) for line in order.lines.all()}):
        return client.post(f"/dashboard/orders/{order.number}/", told)


def review(client: Client, product: Any) -> Any:
    """Says something nice about a product."""
    said = {"title": "As it should be", "score": 5, "body": "Just what the title says.", "name": "", "email": ""}
    return client.post(f"{product.get_absolute_url()}reviews/add/", said)


def checkout_steps(client: Client, *, guest: str = "") -> list[Any]:
    """From the basket to the thank-you page; the answer of every step. A guest gives an e-mail address."""
    steps = [client.get("/checkout/")]
    if guest:
        steps.append(client.post("/checkout/", {"username": guest, "options": "anonymous"}))
    return [
        *steps,
        client.post("/checkout/shipping-address/", ADDRESS),
        client.get("/checkout/shipping-method/"),
        client.get("/checkout/payment-method/"),
        client.get("/checkout/payment-details/"),
        client.get("/checkout/preview/"),
        client.post("/checkout/preview/", {"action": "place_order"}),
        client.get("/checkout/thank-you/"),
    ]


def buy(client: Client, *, guest: str = "") -> Any:
    """Buys what is in the basket; gives the order."""
    steps = checkout_steps(client, guest=guest)
    assert steps[-1].status_code == 200, [step.status_code for step in steps]
    return get_model("order", "Order").objects.order_by("-pk").first()
