"""Pages that a shop keeps in a cache piece by piece."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

FOR_EACH = (
    "{% load cache personalization %}{% cache 60 mine request.COOKIES.pz_vid %}{% recently_viewed %}{% endcache %}"
)
ROUND_IT = "{% load cache personalization %}{% cache 60 frame %}frame{% endcache %}{% recently_viewed %}"


def for_each(request: HttpRequest) -> HttpResponse:
    """A block in a fragment of each visitor's own."""
    return HttpResponse(engines["django"].from_string(FOR_EACH).render({}, request))


def round_it(request: HttpRequest) -> HttpResponse:
    """A block next to a fragment that everybody shares."""
    return HttpResponse(engines["django"].from_string(ROUND_IT).render({}, request))


urlpatterns = [
    path("for-each/", for_each),
    path("round-it/", round_it),
    path("", include("tests.storefront.pages")),
]
