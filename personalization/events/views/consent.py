"""Where people say what they agree to: the banner's answer, and the page on which a mind is changed."""

import json
from collections.abc import Collection
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from personalization.events import ledger
from personalization.events.beacon.body import is_foreign
from personalization.events.consent import (
    REFUSED,
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
from personalization.guard.door import door, is_by_script

LONGEST_ANSWER = 4096
RETRY_SECONDS = "30"
Unreadable = (ValueError, RecursionError, UnreadablePostError)


@door
@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Takes the banner's answer. No token is needed: another site can't send the header that our script sends."""
    if not is_by_script(request) or is_foreign(request):
        return HttpResponse(status=403)
    try:
        purposes = _purposes_in(request)
    except Unreadable:
        return HttpResponse(status=400)
    consent = _noted(request, purposes, source="banner")
    response = HttpResponse(status=204) if consent else HttpResponse(status=503, headers={"Retry-After": RETRY_SECONDS})
    if consent is not None or _is_no(purposes):
        remember_answer(response, request, consent or REFUSED)
    return response


@door
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is agreed to now, since when and in which words; and the way to change it."""
    if request.method != "POST":
        return render(request, "personalization/consent.html", _told(request))
    asked = _asked(request)
    wanted = () if "withdraw" in request.POST else request.POST.getlist("purpose")
    given = frozenset(wanted) & asked
    consent = _noted(request, given, text=page_words(asked), source="page", asked=asked)
    if consent is None:
        messages.error(request, _("That could not be saved. Please try again in a minute."), fail_silently=True)
    else:
        thanks = _("Thank you, that is noted.") if given else _("Thank you. From now on nothing is remembered.")
        messages.success(request, thanks, fail_silently=True)
    response = redirect(request.path)
    if keeps_answers() and (consent is not None or _is_no(given)):
        remember_answer(response, request, consent or REFUSED)
    return response


def _noted(request: HttpRequest, purposes: Collection[str], **told: Any) -> Consent | None:
    """The answer as taken down. A yes that could not be is none; a no is obeyed all the same."""
    note = partial(ledger.note_answer, request, purposes, **told)
    consent = guarded(note, doing="noting an answer", fallback=None, writes=True)
    gathered = in_hand()
    if consent is None and gathered is not None and _is_no(purposes):
        gathered.consent = REFUSED
    return consent


def _is_no(purposes: Collection[str]) -> bool:
    return not STORING.intersection(purposes)


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
    read = partial(ledger.in_force, person.user_id, consent)
    agreed = guarded(read, doing="reading what was agreed to", fallback=consent.purposes)
    asked = _asked(request)
    line = guarded(partial(ledger.last_line, person), doing="reading the ledger", fallback=None)
    return {
        "page_title": _("Privacy settings"),
        "lead": SENTENCE,
        "storing": _choices(asked & STORING, agreed),
        "writing": _choices(asked - STORING, agreed),
        "has_agreed": bool(agreed),
        "line": line,
        # What this browser said before the account was erased is void.
        "answered_at": line.given_at if line else consent.given_at if consent.purposes <= agreed else None,
        "has_signal": has_signal(request),
        "is_despite": consent.despite_signal,
        "asks_elsewhere": not keeps_answers(),
    }


def _choices(purposes: frozenset[str], agreed: frozenset[str]) -> list[dict[str, Any]]:
    return [{"asked": one, "is_agreed": one.name in agreed} for one in asked_for(purposes)]
