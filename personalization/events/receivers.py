"""Where the shop's signals enter. Each receiver translates and calls `record()`; none can raise or wait."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from django.contrib.auth import signals as auth
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from oscar.core.loading import get_class

from personalization.conf import conf
from personalization.events.record import Gathered, in_hand, record, record_order
from personalization.events.visitors import account
from personalization.events.write import SeenVisitor
from personalization.guard import guarded, guarded_in_memory

Receiver = Callable[..., None]


def connect() -> None:
    """Connects every receiver, once."""
    for signal, receiver in (
        (_oscar("catalogue.signals", "product_viewed"), product_viewed),
        (_oscar("basket.signals", "basket_addition"), basket_addition),
        (_oscar("search.signals", "user_search"), user_search),
        (_oscar("order.signals", "order_placed"), order_placed),
        (_oscar("customer.signals", "user_registered"), user_registered),
        (auth.user_logged_in, user_logged_in),
        (auth.user_logged_out, user_logged_out),
    ):
        signal.connect(receiver, dispatch_uid=f"personalization.{receiver.__name__}", weak=False)


def _oscar(module: str, name: str) -> Signal:
    signal: Signal = get_class(module, name)
    return signal


def _receiver(function: Receiver) -> Receiver:
    @wraps(function)
    def receive(sender: Any, **kwargs: Any) -> None:
        if not conf.ENABLED:
            return
        work, doing = partial(function, sender=sender, **kwargs), f"receiving {function.__name__}"
        if in_hand():
            guarded_in_memory(work, doing=doing)
        else:
            # Outside of a request, as in a command, record() may write at once.
            guarded(work, doing=doing, fallback=None)

    return receive


@_receiver
def product_viewed(*, product: Any, user: Any = None, **_: Any) -> None:
    """A product page was opened."""
    record("product_viewed", **_ids(product), user_id=_id(user))


@_receiver
def basket_addition(*, product: Any, user: Any = None, request: Any = None, **_: Any) -> None:
    """A product went into the basket; the signal does not say how many, the form does."""
    posted = request.POST.get("quantity", "") if request is not None else ""
    record("basket_added", **_ids(product), user_id=_id(user), quantity=int(posted) if posted.isdecimal() else 1)


@_receiver
def user_search(*, query: str, user: Any = None, **_: Any) -> None:
    """Words were searched for; Oscar also sends this for an empty box."""
    # A NUL, which PostgreSQL's text can't hold, would cost the request all of its events.
    if words := " ".join((query or "").replace("\0", " ").split())[:200]:
        record("searched", user_id=_id(user), payload={"query": words})


@_receiver
def order_placed(*, order: Any, **_: Any) -> None:
    """An order was placed."""
    record_order(order.pk)


@_receiver
def user_registered(*, user: Any, **_: Any) -> None:
    """An account was opened."""
    record("registered", user_id=_id(user))


@_receiver
def user_logged_in(*, user: Any, **_: Any) -> None:
    """A visitor said who they are: their history follows, under a new id so that an old cookie is worth nothing."""
    record("logged_in", user_id=_id(user))
    if gathered := in_hand():
        transaction.on_commit(partial(_link, gathered, _id(user)), robust=True)


@_receiver
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


def _ids(product: Any) -> dict[str, Any]:
    # The shop lists parents, but sells their variants: the log keeps both.
    if product.parent_id:
        return {"product_id": product.parent_id, "variant_id": product.pk}
    return {"product_id": product.pk, "variant_id": None}


def _id(user: Any) -> int | None:
    # A user that the page has not loaded yet is not loaded for us; the middleware knows in the end.
    known = account(user)
    return known.pk if known is not None else None
