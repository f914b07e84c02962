"""Pages of a shop that fail in the ways in which pages fail."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from personalization.events.record import record


def look_and_fail(request: HttpRequest) -> HttpResponse:
    """A look at a product, and an error."""
    record("product_viewed", product_id=1)
    raise ZeroDivisionError


def add_and_fail(request: HttpRequest) -> HttpResponse:
    """A basket line, and an error."""
    record("basket_added", product_id=1)
    raise ZeroDivisionError


def add_and_roll_back(request: HttpRequest) -> HttpResponse:
    """A basket line that the shop itself takes back."""
    try:
        with transaction.atomic():
            record("basket_added", product_id=1)
            raise ZeroDivisionError
    except ZeroDivisionError:
        return HttpResponse("sorry")


urlpatterns = [
    path("look-and-fail/", look_and_fail),
    path("add-and-fail/", add_and_fail),
    path("add-and-roll-back/", add_and_roll_back),
]
