"""Real households to look at the shop through. For the demo only: one click signs in as somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

STRANGER = "stranger"
BACKEND = "django.contrib.auth.backends.ModelBackend"


class UnknownPersona(LookupError):
    """There is no persona of this key: take one from personas()."""


@dataclass(frozen=True)
class Persona:
    """Somebody to be in the demo; the stranger has no household and no account."""

    key: str
    name: _StrPromise
    line: _StrPromise
    household_id: int = 0
    first_name: _StrPromise | str = ""

    @property
    def email(self) -> str:
        """The account's address, empty for the stranger."""
        return email_of(self.household_id) if self.household_id else ""


def email_of(household_id: int) -> str:
    """The address of a household's account."""
    return f"household-{household_id}@example.com"


# Chosen by what they buy (shares of their lines in the loaded weeks); the names are invented.
PERSONAS = (
    Persona(
        "family", _("Anna and family"), _("Two adults and a toddler: baby food, milk and full carts."), 2280, _("Anna")
    ),
    Persona("cats", _("Marta"), _("Half of what she buys is for the cats."), 543, _("Marta")),
    Persona(
        "dog", _("Ben and Olga"), _("A couple with a dog, shopping a little several times a week."), 1566, _("Olga")
    ),
    Persona("greens", _("Clara"), _("Lives on fruit, vegetables and salad, organic where she can."), 1393, _("Clara")),
    Persona("evenings", _("Victor"), _("Drops in for beer and something for the evening."), 27, _("Victor")),
    Persona("students", _("Sam and Lee"), _("Sharing a student flat: pizza, soda and snacks."), 1580, _("Sam")),
)
NOBODY = Persona(STRANGER, _("A stranger"), _("Has never been here and is not signed in."))


def personas() -> tuple[Persona, ...]:
    """Everybody to choose from, the stranger last."""
    return (*PERSONAS, NOBODY)


def current(request: HttpRequest) -> Persona:
    """Who the visitor is being; the stranger, unless signed in as one of the households."""
    email = getattr(request.user, "email", "")
    return next((persona for persona in PERSONAS if persona.email == email), NOBODY)


def switch_to(request: HttpRequest, key: str) -> Persona:
    """Signs in as the persona's customer, or out for the stranger; raises UnknownPersona."""
    persona = next((known for known in personas() if known.key == key), None)
    if persona is None:
        raise UnknownPersona(key)
    logout(request)
    if persona.household_id:
        login(request, get_user_model().objects.get(email=persona.email), backend=BACKEND)
    return persona


@require_POST
def persona_switch(request: HttpRequest) -> HttpResponse:
    """Becomes another persona and goes back to the page one came from."""
    try:
        switch_to(request, request.POST.get("key", ""))
    except (UnknownPersona, get_user_model().DoesNotExist):
        return HttpResponseBadRequest("Choose one of the personas in the menu.")
    back = request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "/")
    # Oscar would pour the basket of this browser into that of the persona.
    response.delete_cookie(settings.OSCAR_BASKET_COOKIE_OPEN)  # type: ignore[misc]
    return response


urlpatterns = [path("demo/persona/", persona_switch, name="persona_switch")]
