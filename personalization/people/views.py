"""To be filled."""

from django.http import Http404, HttpRequest, HttpResponse


def page(request: HttpRequest) -> HttpResponse:
    """Not there yet."""
    raise Http404
