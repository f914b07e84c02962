"""Which page is on the way to an order, and how a shopper is told something there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from oscar.core.loading import get_class

from personalization.conf import conf

TOLD, MOST_TOLD = "personalization_told", 20


def is_checkout(request: Any) -> bool:
    """Its view is one of Oscar's checkout, wherever a shop has put it, or is named in CHECKOUT_VIEWS."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return False
    if {*match.namespaces, match.view_name} & set(conf.CHECKOUT_VIEWS):
        return True
    view = getattr(match.func, "view_class", None)
    return isinstance(view, type) and issubclass(view, get_class("checkout.session", "CheckoutSessionMixin"))


def tell(request: HttpRequest, text: str) -> None:
    """On the page that is shown next."""
    messages.warning(request, text, fail_silently=True)


def tell_once(request: HttpRequest, text: str, *, about: str) -> None:
    """Likewise, but not on each page of the way."""
    told = request.session.get(TOLD, [])
    if about not in told:
        request.session[TOLD] = [*told, about][-MOST_TOLD:]
        tell(request, text)
