"""One shopper, from the first look to the order: what the log holds afterwards."""

from django.core import signing
from django.test import Client

from personalization.events.models import Event, Visitor
from tests import people
from tests.journeys_of_oscar import buy, look_at, put_into_basket, search

COOKIE = "pz_vid"


def rows(*columns: str) -> list[tuple]:
    return list(Event.objects.order_by("happened_at", "product_id").values_list(*columns))


def visitor_of(client: Client) -> str:
    return signing.Signer(salt="personalization.visitor").unsign(client.cookies[COOKIE].value)


def test_a_whole_visit_leaves_exactly_what_happened(open_shop, client, anna):
    milk, apron, small = (open_shop[one] for one in ("oat milk", "apron", "apron small"))

    look_at(client, milk)
    look_at(client, apron)
    search(client, "green tea")
    put_into_basket(client, milk, pieces=2)
    put_into_basket(client, apron, variant=small)
    stranger = visitor_of(client)
    people.log_in(client, anna)
    order = buy(client)

    known = visitor_of(client)
    milk_line, small_line = order.lines.order_by("pk")
    assert rows("kind", "product_id", "variant_id", "quantity", "value") == [
        ("product_viewed", milk.pk, None, None, None),
        ("visit_started", None, None, None, None),
        ("product_viewed", apron.pk, None, None, None),
        ("searched", None, None, None, None),
        ("basket_added", milk.pk, None, 2, None),
        ("basket_added", apron.pk, small.pk, 1, None),
        ("logged_in", None, None, None, None),
        ("checkout_step", None, None, None, None),
        ("checkout_step", None, None, None, None),
        ("checkout_step", None, None, None, None),
        ("purchased", milk.pk, None, 2, milk_line.line_price_incl_tax),
        ("purchased", apron.pk, small.pk, 1, small_line.line_price_incl_tax),
        ("checkout_step", None, None, None, None),
    ]
    steps = Event.objects.filter(kind="checkout_step").order_by("happened_at")
    assert [step.payload["step"] for step in steps] == ["start", "payment_details", "preview", "thank_you"]
    assert [str(one) for (one,) in rows("visitor_id")] == [stranger] * 6 + [known] * 7
    assert rows("user_id") == [(None,)] * 6 + [(anna.pk,)] * 7
    assert Event.objects.get(kind="searched").payload == {"query": "green tea", "results": 1}
    assert Event.objects.filter(kind="purchased").first().payload["order"] == order.pk
    assert {str(one.pk): one.user_id for one in Visitor.objects.all()} == {stranger: anna.pk, known: anna.pk}
    assert stranger != known
