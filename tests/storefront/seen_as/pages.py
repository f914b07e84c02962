"""A page of the shop that greets, with a block, a slot, a person's codes and pop-ups."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

PAGE = (
    "{% load personalization %}<html><head><title>Home</title></head><body><p>Hello {{ request.user.first_name }}</p>"
    '{% block_at "home" %}{% content_slot "hero" %}<p>Our own</p>{% endcontent_slot %}{% personal_offers %}'
    "{% personalization_script %}{% personalization_popups %}<form method='post'></form></body></html>"
)


def home(request: HttpRequest) -> HttpResponse:
    """All of it; and what a page of a shop may do besides."""
    request.session["last page"] = "home"
    response = HttpResponse(engines["django"].from_string(PAGE).render({}, request))
    response.set_cookie("seen", "home")
    return response


urlpatterns = [path("home/", home), path("", include("tests.urls"))]
