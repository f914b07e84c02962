"""A shop's own pages: a basket by API, a look book, and one that fails after all it did."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import include, path
from oscar.core.loading import get_model

from personalization.events.record import record
from tests.storefront import pages


def add(request: HttpRequest, product_id: int, pieces: int) -> JsonResponse:
    """Puts something into the basket as an API does: no signal is sent."""
    line, _ = request.basket.add_product(get_model("catalogue", "Product").objects.get(pk=product_id), quantity=pieces)
    return JsonResponse({"line": line.pk})


def by_number(request: HttpRequest, line_id: int) -> HttpResponse:
    """Takes out a line that was loaded alone, without its product."""
    get_model("basket", "Line").objects.get(pk=line_id).delete()
    return HttpResponse("gone")


def again_and_again(request: HttpRequest, line_id: int) -> HttpResponse:
    """Saves a line three times, each time as loaded anew."""
    for pieces in (7, 1, 3):
        line = get_model("basket", "Line").objects.get(pk=line_id)
        line.quantity = pieces
        line.save()
    return HttpResponse("three")


def rolled_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """Changes a line, takes that back, and then changes it for good."""
    line = get_model("basket", "Line").objects.get(pk=line_id)
    try:
        with transaction.atomic():
            line.quantity = 9
            line.save()
            raise ZeroDivisionError
    except ZeroDivisionError:
        line.quantity = 4
        line.save()
    return HttpResponse("four")


def order_and_empty(request: HttpRequest) -> HttpResponse:
    """A shop whose checkout empties the basket itself."""
    from personalization.events.receivers import order_placed

    order_placed(sender=None, order=get_model("order", "Order").objects.order_by("-pk").first())
    request.basket.flush()
    return HttpResponse("ordered")


def look_book(request: HttpRequest) -> TemplateResponse:
    """A page of a kind of the shop's own."""
    return TemplateResponse(request, "oscar/404.html", {"look": 7})


def own_word(request: HttpRequest) -> HttpResponse:
    """A page that reports by itself."""
    record("custom", payload={"name": "spun_the_wheel"})
    return HttpResponse("spun")


urlpatterns = [
    path("api/add/<int:product_id>/<int:pieces>/", add),
    path("by-number/<int:line_id>/", by_number),
    path("again-and-again/<int:line_id>/", again_and_again),
    path("rolled-back/<int:line_id>/", rolled_back),
    path("order-and-empty/", order_and_empty),
    path("look-book/", look_book, name="look-book"),
    path("own-word/", own_word),
    path("best-sellers/", pages.best_sellers),
    path("slots/", pages.slots),
    path("", include("tests.urls")),
]
