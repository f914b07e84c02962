"""Where people say what they agree to: the banner's answer, and the page on which a mind is changed."""

import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from personalization.conf import conf
from personalization.events import ledger
from personalization.events.beacon.body import is_foreign
from personalization.events.consent import (
    STORING,
    Consent,
    Purpose,
    consent_of,
    has_signal,
    keeps_answers,
    remember_answer,
)
from personalization.events.consent_words import SENTENCE, asked_for, page_words
from personalization.events.person import Person
from personalization.events.record import in_hand
from personalization.guard import guarded

LONGEST_ANSWER = 4096
RETRY_SECONDS = 30
Unreadable = (ValueError, RecursionError, UnreadablePostError)


@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Takes the banner's answer. No token is needed: another site can't send the header that our script sends."""
    if not conf.ENABLED:
        raise Http404
    if request.headers.get("X-Requested-With") != "XMLHttpRequest" or is_foreign(request):
        return HttpResponse(status=403)
    try:
        purposes = _purposes_in(request)
    except Unreadable:
        return HttpResponse(status=400)
    noted = guarded(
        partial(ledger.note_answer, request, purposes, source="banner"), doing="noting an answer", fallback=None
    )
    response = HttpResponse(status=204)
    if noted is None:
        # A no needs no ledger to be obeyed; a yes that could not be proved is none.
        response = HttpResponse(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    if noted is not None or not set(purposes) & STORING:
        remember_answer(response, request, noted or Consent(is_asked=True))
    return response


@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is agreed to now, since when and in which words; and the way to change it."""
    if not conf.ENABLED:
        raise Http404
    if request.method != "POST":
        return render(request, "personalization/consent.html", _told(request))
    asked = _asked(request)
    wanted = () if "withdraw" in request.POST else request.POST.getlist("purpose")
    given = frozenset(wanted) & asked
    consent = ledger.note_answer(request, given, text=page_words(asked), source="page", asked=asked)
    thanks = _("Thank you, that is noted.") if given else _("Thank you. From now on nothing is remembered.")
    messages.success(request, thanks, fail_silently=True)
    response = redirect(request.path)
    if keeps_answers():
        remember_answer(response, request, consent)
    return response


def _purposes_in(request: HttpRequest) -> list[str]:
    body = bytes(request.read(LONGEST_ANSWER + 1))
    told = json.loads(body) if len(body) <= LONGEST_ANSWER else None
    purposes = told.get("purposes") if isinstance(told, dict) else None
    if not isinstance(purposes, list):
        raise ValueError
    return [one for one in purposes if isinstance(one, str)]


def _asked(request: HttpRequest) -> frozenset[str]:
    """Who has no account has no address to be written to; and where the shop asks by itself, it asks a stranger."""
    if request.user.is_authenticated:
        return frozenset(Purpose.LABELS)
    return STORING if keeps_answers() else frozenset()


def _told(request: HttpRequest) -> dict[str, Any]:
    gathered, user = in_hand(), request.user
    consent = gathered.consent if gathered else consent_of(request)
    person = Person(gathered.person.visitor_id if gathered else None, user.pk if user.is_authenticated else None)
    agreed = ledger.in_force(person.user_id, consent)
    asked = _asked(request)
    line = ledger.last_line(person)
    return {
        "page_title": _("Privacy settings"),
        "lead": SENTENCE,
        "storing": _choices(asked & STORING, agreed),
        "writing": _choices(asked - STORING, agreed),
        "has_agreed": bool(agreed),
        "line": line,
        "answered_at": line.given_at if line else consent.given_at,
        "has_signal": has_signal(request),
        "is_despite": consent.despite_signal,
        "asks_elsewhere": not keeps_answers(),
    }


def _choices(purposes: frozenset[str], agreed: frozenset[str]) -> list[dict[str, Any]]:
    return [{"asked": one, "is_agreed": one.name in agreed} for one in asked_for(purposes)]
