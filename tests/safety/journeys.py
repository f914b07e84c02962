"""All that people do in bare Oscar, and what of it can be seen from outside."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from oscar.core.loading import get_model

from personalization.events.models import AccountConsent, ConsentRecord, Event, Visitor
from tests import people
from tests.journeys_of_oscar import (
    ask_for_alert,
    change_basket,
    checkout_steps,
    enter_voucher,
    look_at,
    pack,
    put_into_basket,
    review,
    search,
    send_on_its_way,
    strike_wish,
    wish_for,
)
from tests.people import PASSWORD, Shop

CLARA, VOUCHER = "clara@example.com", "TEN"


@dataclass(frozen=True)
class Outcome:
    """What the shopper and the shop see of a journey: with a fault of ours it must be the same as without us."""

    answers: tuple[tuple[str, int, str], ...]
    baskets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    orders: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...]
    paid_but_open_baskets: int
    wishes: tuple[tuple[str, int], ...]
    reviews: tuple[tuple[str, int], ...]
    vouchers_used: int
    alerts: int


def everything(shop: Shop) -> Outcome:
    """A guest buys; somebody registers, leaves, comes back, buys, and looks at the account; the shop sends it all."""
    return seen_from_outside([*_a_guest(shop), *_an_account(shop), *_the_staff()])


def _a_guest(shop: Shop) -> list[Any]:
    guest = Client(raise_request_exception=False)
    return [
        guest.get("/catalogue/"),
        guest.get(shop.categories["Breakfast"].get_absolute_url()),
        search(guest, "milk"),
        look_at(guest, shop["oat milk"]),
        look_at(guest, shop["apron"]),
        put_into_basket(guest, shop["oat milk"], pieces=2),
        put_into_basket(guest, shop["apron"], variant=shop["apron small"]),
        put_into_basket(guest, shop["butter"]),
        change_basket(guest, shop["oat milk"], pieces=3),
        change_basket(guest, shop["butter"], pieces=0),
        enter_voucher(guest, VOUCHER),
        guest.get("/basket/"),
        *checkout_steps(guest, guest="guest@example.com"),
        put_into_basket(guest, shop["sponge"]),
        ask_for_alert(guest, shop["honey"]),
    ]


def _an_account(shop: Shop) -> list[Any]:
    clara = Client(raise_request_exception=False)
    form = {
        "registration-email": CLARA, "registration-password1": PASSWORD, "registration-password2": PASSWORD,
        "registration_submit": "1",
    }  # fmt: skip
    login = {"login-username": CLARA, "login-password": PASSWORD, "login_submit": "1"}
    return [
        look_at(clara, shop["coffee"]),
        put_into_basket(clara, shop["coffee"]),
        clara.post("/accounts/login/", form),
        clara.get("/accounts/"),
        clara.get("/accounts/logout/"),
        put_into_basket(clara, shop["honey"]),
        clara.post("/accounts/login/", login),
        clara.get("/basket/"),
        *checkout_steps(clara),
        clara.get("/accounts/orders/"),
        wish_for(clara, shop["muesli"]),
        wish_for(clara, shop["honey"]),
        strike_wish(clara),
        review(clara, shop["coffee"]),
        clara.get("/accounts/logout/"),
    ]


def _the_staff() -> list[Any]:
    clerk = Client(raise_request_exception=False)
    clerk.force_login(people.person("Clerk", is_staff=True, is_superuser=True))
    orders = get_model("order", "Order").objects.order_by("pk")
    return [step(clerk, order) for order in orders for step in (send_on_its_way, pack)]


def seen_from_outside(responses: list[Any]) -> Outcome:
    """Status codes and redirects, baskets and orders."""
    baskets = get_model("basket", "Basket").objects.order_by("pk").prefetch_related("lines__product")
    orders = get_model("order", "Order").objects.order_by("pk").prefetch_related("lines__product")
    return Outcome(
        answers=tuple(
            (_address(one.request["PATH_INFO"]), one.status_code, _address(one.headers.get("Location", "")))
            for one in responses
        ),
        baskets=tuple((one.status, _lines(one)) for one in baskets),
        orders=tuple((str(one.total_incl_tax), one.status, _lines(one)) for one in orders),
        paid_but_open_baskets=orders.filter(basket__status="Open").count(),
        wishes=tuple(get_model("wishlists", "Line").objects.order_by("pk").values_list("title", "quantity")),
        reviews=tuple(get_model("reviews", "ProductReview").objects.order_by("pk").values_list("title", "score")),
        vouchers_used=get_model("voucher", "VoucherApplication").objects.count(),
        alerts=get_model("customer", "ProductAlert").objects.count(),
    )


def forget() -> None:
    """Leaves the goods, and nothing of what people did."""
    alerts = get_model("customer", "ProductAlert")
    for model in (get_model("order", "Order"), get_model("basket", "Basket"), alerts, Session, get_user_model()):
        model.objects.all().delete()
    for model in (Event, Visitor, AccountConsent, ConsentRecord):
        model.objects.all().delete()


def _address(path: str) -> str:
    # Orders and wish lists are never called the same twice.
    return re.sub(r"/(orders|wishlists)/\w+/.*", r"/\1/", path)


def _lines(owner: Any) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((line.product.title, line.quantity) for line in owner.lines.all()))
