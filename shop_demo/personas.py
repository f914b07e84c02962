"""Real households to look at the shop through. For the demo only: one click signs in as somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from personalization.events.consent import REFUSED, STORING, Consent, forget_answer, has_signal, remember_answer
from personalization.events.consent_words import banner_words
from personalization.events.ledger import note
from personalization.events.models import AccountConsent
from personalization.events.person import Person
from personalization.events.record import in_hand

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


def agreed(user_id: int) -> Consent:
    """What this household has agreed to: everything, until somebody who is being them says otherwise."""
    known = AccountConsent.objects.filter(user_id=user_id).first()
    if known is not None:
        return Consent(frozenset(known.purposes), is_asked=True, given_at=known.changed_at)
    consent = Consent(STORING, is_asked=True, given_at=timezone.now().replace(microsecond=0))
    note(consent, person=Person(user_id=user_id), text=banner_words(), source="demo")
    return consent


def let_personas_agree() -> None:
    """Takes down that the demo's people have agreed: they are made up, and nobody could ask them."""
    emails = [persona.email for persona in PERSONAS]
    for user in get_user_model().objects.filter(email__in=emails):
        agreed(user.pk)


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
    # Nor is what one of them looked at the other's.
    response.delete_cookie(settings.OSCAR_RECENTLY_VIEWED_COOKIE_NAME)  # type: ignore[misc]
    _answer_as(request, response)
    return response


def _answer_as(request: HttpRequest, response: HttpResponse) -> None:
    """The browser now says what the household said; as a stranger it has not been asked."""
    gathered = in_hand()
    if gathered is None:
        return
    if not request.user.is_authenticated:
        forget_answer(response)
        return
    # Before the log compares the two answers: in the demo the household's is the one that counts.
    consent = agreed(request.user.pk)
    gathered.consent = REFUSED if has_signal(request) else consent
    remember_answer(response, request, consent)


urlpatterns = [path("demo/persona/", persona_switch, name="persona_switch")]
