"""Bare Oscar, and one page for which nobody asks the database."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@transaction.non_atomic_requests
def plain(request: HttpRequest) -> HttpResponse:
    """A page that a shop serves though its database is gone."""
    return HttpResponse("<p>We are here.</p>")


urlpatterns = [path("plain/", plain), path("", include("tests.urls"))]
