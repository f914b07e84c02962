"""The way from the basket to a placed order, without a script."""

from typing import Any

from django.test import Client
from oscar.core.loading import get_model

from tests import people

ADDRESS = {
    "first_name": "Clara", "last_name": "Jones", "line1": "1 Long Road", "line4": "Springfield", "postcode": "12345",
    "country": "DE", "state": "", "line2": "", "line3": "", "phone_number": "", "notes": "",
}  # fmt: skip


def put(client: Client, product: Any, quantity: int = 1) -> None:
    client.post(f"/basket/add/{product.pk}/", {"quantity": quantity})


def line_form(client: Client, *, quantity: list[str]) -> dict[str, Any]:
    line = get_model("basket", "Line").objects.get()
    return {
        "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": str(line.pk), "form-0-quantity": quantity,
    }  # fmt: skip


def check_out(client: Client) -> Any:
    assert client.get("/checkout/shipping-address/").status_code == 200
    # One way of delivery only: Oscar takes it and goes on to the payment.
    on = client.post("/checkout/shipping-address/", ADDRESS, follow=True)
    assert on.redirect_chain[-1][0] == "/checkout/payment-details/"
    assert client.get("/checkout/preview/").status_code == 200
    return client.post("/checkout/preview/", {"action": "place_order"}, follow=True)


def test_a_stepper_button_outweighs_the_number_before_it(client: Client, shop: people.Shop) -> None:
    put(client, shop["honey"])
    html = client.get("/basket/").content.decode()
    assert html.index('name="form-0-quantity" id=') < html.index('name="form-0-quantity" value="0"')
    client.post("/basket/", line_form(client, quantity=["1", "2"]))
    assert get_model("basket", "Line").objects.get().quantity == 2


def test_one_less_than_one_takes_the_line_out(client: Client, shop: people.Shop) -> None:
    put(client, shop["honey"])
    client.post("/basket/", line_form(client, quantity=["1", "0"]))
    assert not get_model("basket", "Line").objects.exists()


def test_a_guest_orders_with_an_address_and_an_email(client: Client, shop: people.Shop) -> None:
    put(client, shop["honey"], 2)
    gateway = client.get("/checkout/").content.decode()
    assert 'value="anonymous"' in gateway
    client.post("/checkout/", {"options": "anonymous", "username": "clara@example.com"})
    assert "Thank you" in check_out(client).content.decode()
    order = get_model("order", "Order").objects.get()
    assert (order.guest_email, str(order.total_incl_tax)) == ("clara@example.com", "9.98")


def test_a_signed_in_shopper_orders(client: Client, shop: people.Shop, anna: Any) -> None:
    people.log_in(client, anna)
    put(client, shop["apron"].children.get(title="apron small"))
    assert "Thank you" in check_out(client).content.decode()
    assert get_model("order", "Order").objects.get().user == anna


def test_the_basket_page_does_not_ask_for_each_line(
    client: Client, shop: people.Shop, django_assert_max_num_queries: Any
) -> None:
    for title in ("honey", "butter", "muesli", "coffee", "sponge"):
        put(client, shop[title])
    client.get("/basket/")
    with django_assert_max_num_queries(26):
        client.get("/basket/")
