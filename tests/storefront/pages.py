"""Pages that a shop keeps in a cache, with a block and without."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path
from django.views.decorators.cache import cache_page

from personalization.events.record import record
from personalization.shop import basket_product_ids
from personalization.storefront.request import page_of

BLOCK = "{% load personalization %}{% recently_viewed %}"
WITH_A_BLOCK = ("/rendered-in-the-view/", "/rendered-after-the-view/")
PLAIN = "/plain/"


def look(request: HttpRequest, product_id: int) -> HttpResponse:
    """A product page."""
    record("product_viewed", product_id=product_id)
    return HttpResponse("seen")


def in_the_view(request: HttpRequest) -> HttpResponse:
    """Rendered at once."""
    return HttpResponse(engines["django"].from_string(BLOCK).render({}, request))


def after_the_view(request: HttpRequest) -> TemplateResponse:
    """Rendered when the view is done, as class-based views are."""
    return TemplateResponse(request, engines["django"].from_string(BLOCK), {})


def three_for_me(request: HttpRequest) -> HttpResponse:
    """Three blocks for whoever asks."""
    tag = "{% recommended_for user limit=3 %}"
    template = engines["django"].from_string("{% load personalization %}" + 3 * tag)
    return HttpResponse(template.render({"user": request.user}, request))


def best_sellers(request: HttpRequest) -> HttpResponse:
    """A block for everybody."""
    return HttpResponse(
        engines["django"].from_string("{% load personalization %}{% bestsellers %}").render({}, request)
    )


def basket_seen(request: HttpRequest) -> HttpResponse:
    """The ids of what we take to be in the basket."""
    return HttpResponse(" ".join(map(str, basket_product_ids(request))))


def everywhere(request: HttpRequest) -> HttpResponse:
    """The owner's blocks of a place."""
    line = '{% load personalization %}{% block_at "everywhere" %}'
    return HttpResponse(engines["django"].from_string(line).render({}, request))


def slots(request: HttpRequest) -> HttpResponse:
    """A page with two places that an owner may fill."""
    line = (
        '{% load personalization %}{% content_slot "home-hero" %}<p>our own</p>{% endcontent_slot %}'
        '{% content_slot "home-foot" %}{% endcontent_slot %}'
    )
    return HttpResponse(engines["django"].from_string(line).render({}, request))


def for_vip(request: HttpRequest) -> HttpResponse:
    """A page that asks for a segment by its name."""
    line = '{% load personalization %}{% in_segment "VIP" as is_vip %}{% if is_vip %}welcome{% endif %}'
    return HttpResponse(engines["django"].from_string(line).render({}, request))


def visit_seen(request: HttpRequest) -> JsonResponse:
    """What we take the visit going on to be."""
    visit = page_of(request).visit
    names = (
        "number", "pages", "source", "medium", "campaign", "referrer", "device", "language", "region", "basket_total",
        "chance",
    )  # fmt: skip
    return JsonResponse({name: getattr(visit, name) for name in names}, content_type="text/html")


def plain(request: HttpRequest) -> HttpResponse:
    """A page with nothing of ours."""
    return HttpResponse("plain")


urlpatterns = [
    path("look/<int:product_id>/", look),
    path("rendered-in-the-view/", cache_page(60)(in_the_view)),
    path("rendered-after-the-view/", cache_page(60)(after_the_view)),
    path("uncached/", in_the_view),
    path("best-sellers/", best_sellers),
    path("three-for-me/", three_for_me),
    path("basket-seen/", basket_seen),
    path("everywhere/", everywhere),
    path("slots/", slots),
    path("slots-in-a-cache/", cache_page(60)(slots)),
    path("for-vip/", cache_page(60)(for_vip)),
    path("visit-seen/", visit_seen),
    path("plain/", cache_page(60)(plain)),
    path("", include("tests.urls")),
]
