"""Where the shop's signals enter. Each receiver translates and calls `record()`; none can raise or wait."""

from dataclasses import replace
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.auth import signals as auth
from django.dispatch import Signal
from django.utils import timezone
from oscar.core.loading import get_class, get_model

from personalization.conf import conf
from personalization.events import saved
from personalization.events.pages import words_of
from personalization.events.receiving import goods, goods_of, id_of, loaded, receiver
from personalization.events.record import Gathered, in_hand, record, record_apart, record_order
from personalization.events.write import SeenVisitor
from personalization.guard import guarded_after_commit


def connect() -> None:
    """Connects every receiver, once."""
    for signal, receive in (
        (_oscar("catalogue.signals", "product_viewed"), product_viewed),
        (_oscar("catalogue.reviews.signals", "review_added"), review_added),
        (_oscar("basket.signals", "basket_addition"), basket_addition),
        (_oscar("search.signals", "user_search"), user_search),
        (_oscar("checkout.signals", "start_checkout"), start_checkout),
        (_oscar("order.signals", "order_placed"), order_placed),
        (_oscar("order.signals", "order_status_changed"), order_status_changed),
        (_oscar("order.signals", "order_line_status_changed"), order_line_status_changed),
        (_oscar("customer.signals", "user_registered"), user_registered),
        (auth.user_logged_in, user_logged_in),
        (auth.user_logged_out, user_logged_out),
    ):
        signal.connect(receive, dispatch_uid=f"personalization.{receive.__name__}", weak=False)
    saved.connect(
        basket=get_model("basket", "Basket"),
        line=get_model("basket", "Line"),
        wish=get_model("wishlists", "Line"),
        alert=get_model("customer", "ProductAlert"),
        discount=get_model("order", "OrderDiscount"),
    )
    if conf.REPLACE_OSCAR_ANALYTICS and apps.is_installed("oscar.apps.analytics"):
        disconnect_oscar_analytics()


def disconnect_oscar_analytics() -> None:
    """Takes Oscar's own counters off the shop's pages: a hot row for each product, and nothing of a stranger."""
    for module, name, receive in (
        ("catalogue.signals", "product_viewed", "receive_product_view"),
        ("search.signals", "user_search", "receive_product_search"),
        ("basket.signals", "basket_addition", "receive_basket_addition"),
        ("order.signals", "order_placed", "receive_order_placed"),
    ):
        _oscar(module, name).disconnect(get_class("analytics.receivers", receive))


def _oscar(module: str, name: str) -> Signal:
    signal: Signal = get_class(module, name)
    return signal


@receiver
def product_viewed(*, product: Any, user: Any = None, **_: Any) -> None:
    """A product page was opened."""
    record("product_viewed", **goods(product)._asdict(), user_id=id_of(user))


@receiver
def review_added(*, review: Any, user: Any = None, **_: Any) -> None:
    """A product was reviewed."""
    record("reviewed", **goods_of(review)._asdict(), user_id=id_of(user), payload={"score": review.score})


@receiver
def basket_addition(*, product: Any, user: Any = None, request: Any = None, **_: Any) -> None:
    """A product went into the basket. The saved line says how many; only where none is saved, the form does."""
    posted = request.POST.get("quantity", "") if request is not None else ""
    pieces = int(posted) if posted.isdecimal() else 1
    if gathered := in_hand():
        announce = partial(gathered.basket.announce, goods(product), pieces=pieces, at=timezone.now())
        guarded_after_commit(announce, doing="noting what was put into the basket")


@receiver
def user_search(*, query: str, user: Any = None, **_: Any) -> None:
    """Words were searched for; Oscar also sends this for an empty box. The page adds what was found."""
    if words := words_of(query):
        record("searched", user_id=id_of(user), payload={"query": words})


@receiver
def start_checkout(**_: Any) -> None:
    """Somebody known, or a guest who gave an address, went on from the basket; Oscar shows them no page for it."""
    record("checkout_step", payload={"step": "start"})


@receiver
def order_placed(*, order: Any, **_: Any) -> None:
    """An order was placed."""
    record_order(order.pk)


@receiver
def order_status_changed(*, order: Any, old_status: str, new_status: str, **_: Any) -> None:
    """An order went from one status to another."""
    told = {"order": order.pk, "before": old_status, "after": new_status}
    record_apart("order_status_changed", user_id=order.user_id, payload=told)


@receiver
def order_line_status_changed(*, line: Any, old_status: str, new_status: str, **_: Any) -> None:
    """A line of an order went from one status to another; whose it is stands in its order, if that is at hand."""
    told = {"order": line.order_id, "line": line.pk, "before": old_status, "after": new_status}
    record_apart("line_status_changed", user_id=getattr(loaded(line, "order"), "user_id", None), payload=told)


@receiver
def user_registered(*, user: Any, **_: Any) -> None:
    """An account was opened."""
    record("registered", user_id=id_of(user))


@receiver
def user_logged_in(*, user: Any, **_: Any) -> None:
    """A visitor said who they are: their history follows, under a new id so that an old cookie is worth nothing."""
    record("logged_in", user_id=id_of(user))
    if gathered := in_hand():
        guarded_after_commit(partial(_link, gathered, id_of(user)), doing="linking a visitor to an account")


@receiver
def user_logged_out(*, user: Any = None, **_: Any) -> None:
    """The next page is a new visitor's; Django sends this for somebody who was not signed in, too."""
    if (gathered := in_hand()) and user is not None:
        gathered.person = replace(gathered.person, visitor_id=None)
        gathered.visit = None
        gathered.has_left = True


def _link(gathered: Gathered, user_id: int | None) -> None:
    before = gathered.person.visitor_id
    if before is not None and not gathered.is_new_visitor:
        gathered.links.append(SeenVisitor(before, timezone.now(), user_id, gathered.traffic))
    gathered.person = replace(gathered.person, visitor_id=None)
    gathered.has_left, gathered.has_logged_in = False, True
