"""Offers and people for the tests about them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from oscar.core.loading import get_class, get_model
from oscar.core.prices import Price

from personalization.campaigns.offers.issue import issue
from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.offers.publish import publish
from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.profiles.models import Profile
from tests.journeys_of_oscar import ADDRESS

BACKEND = "django.contrib.auth.backends.ModelBackend"


def offered(**more: Any) -> PersonalOffer:
    """A live offer that Oscar knows."""
    told = {"title": "10 % off everything", "trigger": "by_hand", "most_percent": None} | more
    return publish(PersonalOffer.objects.create(**told), now=timezone.now())


def known(user: Any, **more: Any) -> Profile:
    """The shop has a profile of this account."""
    now = timezone.now()
    told = {"user_id": user.pk, "first_seen_at": now, "last_seen_at": now, "changed_at": now} | more
    return Profile.objects.create(person=number_of(Person(user_id=user.pk)), **told)


def given(offer: PersonalOffer, user: Any, *, now: datetime | None = None) -> PersonalCode:
    """A code for this account."""
    found = issue(offer, Person(user_id=user.pk), reason="by hand", now=now or timezone.now())
    assert found is not None
    return found


def given_to_visitor(offer: PersonalOffer, visitor_id: UUID) -> PersonalCode:
    """A code for a stranger."""
    found = issue(offer, Person(visitor_id=visitor_id), reason="pop-up", now=timezone.now())
    assert found is not None
    return found


def many(count: int, *, name: str = "shopper") -> list[Any]:
    """So many accounts, made at once."""
    model = get_user_model()
    rows = [model(username=f"{name}{one}", email=f"{name}{one}@example.com", password="!") for one in range(count)]
    return list(model.objects.bulk_create(rows))


def browser_of(user: Any) -> Client:
    """Somebody's browser, signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def basket_of(user: Any, product: Any, *, pieces: int = 1, code: PersonalCode | None = None) -> Any:
    """Somebody's open basket, as Oscar keeps it."""
    record = product.stockrecords.get()
    basket = get_model("basket", "Basket").objects.create(owner=user)
    get_model("basket", "Line").objects.create(
        basket=basket, product=product, stockrecord=record, quantity=pieces, line_reference=f"{product.pk}_{record.pk}",
        price_currency="USD", price_excl_tax=record.price, price_incl_tax=record.price,
    )  # fmt: skip
    if code is not None:
        basket.vouchers.add(code.voucher_id)
    return basket


def total_in(client: Client) -> Decimal:
    """What the basket comes to on its page."""
    total: Decimal = client.get("/basket/").context["basket"].total_excl_tax
    return total


def told_in(answer: Any) -> list[str]:
    """The messages on a page."""
    return [" ".join(strip_tags(str(one)).split()) for one in answer.context["messages"]]


def go_to_checkout(client: Client) -> Any:
    """Up to the last page before paying."""
    client.get("/checkout/")
    client.post("/checkout/shipping-address/", ADDRESS)
    client.get("/checkout/shipping-method/")
    client.get("/checkout/payment-method/")
    client.get("/checkout/payment-details/")
    return client.get("/checkout/preview/")


def pay(client: Client) -> Any:
    """Places the order."""
    return client.post("/checkout/preview/", {"action": "place_order"})


def placed(basket: Any, *, is_priced: bool = False) -> Any:
    """What a checkout does once it is paid, by Oscar's own classes: offers, total, order."""
    user, strategy = basket.owner or AnonymousUser(), get_class("partner.strategy", "Selector")().strategy()
    if not is_priced:
        basket = get_model("basket", "Basket").objects.get(pk=basket.pk)
        basket.strategy = strategy
        get_class("offer.applicator", "Applicator")().apply(basket, user)
    total = Price(currency="USD", excl_tax=basket.total_excl_tax, incl_tax=basket.total_incl_tax)
    method = get_class("shipping.methods", "Free")()
    return get_class("order.utils", "OrderCreator")().place_order(
        basket=basket, total=total, shipping_method=method, shipping_charge=method.calculate(basket), user=user,
    )  # fmt: skip
