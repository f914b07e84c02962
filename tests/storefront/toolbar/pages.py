"""A page of the shop with blocks, a slot and the script; and the same page for a cache to keep."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.cache import cache_page

PAGE = (
    '{% load personalization %}<body>{% block_at "home" %}{% bestsellers limit=3 %}'
    '{% content_slot "hero" %}<p>Our own</p>{% endcontent_slot %}{% personalization_script %}</body>'
)
PLAIN = "{% load personalization %}<body><p>Nothing of anybody's</p>{% personalization_script %}</body>"


def home(request: HttpRequest) -> HttpResponse:
    """All of it."""
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def plain(request: HttpRequest) -> HttpResponse:
    """A page that is the same for all, and that a cache may keep."""
    return HttpResponse(engines["django"].from_string(PLAIN).render({}, request))


urlpatterns = [
    path("home/", home),
    path("cached/", cache_page(60)(plain)),
    path("", include("tests.urls")),
]
