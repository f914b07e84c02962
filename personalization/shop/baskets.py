"""What lies in the basket, and what the browser itself remembers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from oscar.core.loading import get_class, get_model

# No browser keeps a longer cookie.
LONGEST_COOKIE = 4096


@dataclass(frozen=True)
class Lying:
    """What lies in an open basket: the listed products, the newest first, and what all of it comes to."""

    product_ids: tuple[int, ...] = ()
    # At the prices at which it was put in and before any offer, as Oscar keeps them; None while nothing lies there.
    total: Decimal | None = None


def basket_product_ids(request: HttpRequest) -> tuple[int, ...]:
    """The listed products in the open basket."""
    return lying(request).product_ids


def lying(request: HttpRequest) -> Lying:
    """What lies in the open basket, by one query; Oscar's own `request.basket` would cost many more."""
    mine = my_basket(request)
    return Lying() if mine is None else _read(mine)


def lying_of(user_id: int) -> Lying:
    """What lies in the open basket of an account, wherever it was filled: one query."""
    return _read(Q(basket__owner=user_id))


def lying_asked(request: HttpRequest) -> Any:
    """The same as a query that can be put into another one, for `lying_from`; None where there is no basket."""
    mine = my_basket(request)
    return None if mine is None else _lines(mine)


def _lines(mine: Q) -> Any:
    lines = get_model("basket", "Line").objects.filter(mine, basket__status="Open").order_by("-pk")
    return lines.values_list("product_id", "product__parent_id", "quantity", "price_incl_tax", "price_excl_tax")


def _read(mine: Q) -> Lying:
    return lying_from(list(_lines(mine)))


def lying_from(rows: Sequence[Sequence[Any]]) -> Lying:
    """What these rows of lines come to."""
    total = sum((pieces * (with_tax or without or 0) for _one, _parent, pieces, with_tax, without in rows), Decimal(0))
    ids = dict.fromkeys(parent or product for product, parent, *_more in rows)
    return Lying(tuple(ids), total if rows else None)


def my_basket(request: HttpRequest) -> Q | None:
    """Which rows tied to a basket are of the one of whoever looks; None where they have none."""
    from_cookie = _cookie_basket(request)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        owned = Q(basket__owner=user)
        # Right after a login the cookie's basket is not merged yet.
        return owned | Q(basket=from_cookie, basket__owner=None) if from_cookie else owned
    return Q(basket=from_cookie, basket__owner=None) if from_cookie else None


def _cookie_basket(request: HttpRequest) -> int | None:
    try:
        name: str = settings.OSCAR_BASKET_COOKIE_OPEN  # type: ignore[misc]
        return int(Signer().unsign(request.COOKIES.get(name, "")))
    except (BadSignature, ValueError):
        return None


def viewed_product_ids(request: HttpRequest) -> tuple[int, ...]:
    """The products in Oscar's own cookie of what was looked at, newest first; no query, and nothing but ids."""
    name: str = settings.OSCAR_RECENTLY_VIEWED_COOKIE_NAME  # type: ignore[misc]
    try:
        told = json.loads(request.COOKIES.get(name, "")[:LONGEST_COOKIE])
    except (ValueError, RecursionError):
        return ()
    # The browser may send anything: only what can be an id is one.
    ids = [one for one in told if type(one) is int and 0 < one < 2**63] if isinstance(told, list) else []
    return tuple(dict.fromkeys(reversed(ids)))


def forget_viewed_product(request: HttpRequest, response: HttpResponseBase, product_id: int) -> None:
    """Takes one product out of Oscar's cookie of viewed ones, and leaves the others."""
    viewed = viewed_product_ids(request)
    if product_id not in viewed:
        return
    manager = get_class("customer.history", "CustomerHistoryManager")
    left = [one for one in reversed(viewed) if one != product_id]
    response.set_cookie(manager.cookie_name, json.dumps(left), **manager.cookie_kwargs)


def forget_viewed(response: HttpResponseBase) -> None:
    """Takes back the cookie of viewed products. Oscar means to at logout, but its default setting names another one."""
    response.delete_cookie(settings.OSCAR_RECENTLY_VIEWED_COOKIE_NAME)  # type: ignore[misc]
