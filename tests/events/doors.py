"""Ways into an account that are not Oscar's."""

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.urls import path

BACKEND = "django.contrib.auth.backends.ModelBackend"


def enter(request: HttpRequest, user_id: int) -> HttpResponse:
    """Django's own login."""
    login(request, get_user_model().objects.get(pk=user_id), backend=BACKEND)
    return HttpResponse("in")


def enter_and_fail(request: HttpRequest, user_id: int) -> HttpResponse:
    """A login in a page that then fails."""
    enter(request, user_id)
    raise ZeroDivisionError


urlpatterns = [path("enter/<int:user_id>/", enter), path("enter-and-fail/<int:user_id>/", enter_and_fail)]
