"""The doors of the toolbar: what its script asks for once a page, and the switch. For others there are none."""

from functools import partial
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from personalization.events.beacon.body import is_foreign
from personalization.events.consent import Consent
from personalization.events.cookies import forget, keep_private, remember
from personalization.guard import guarded
from personalization.guard.door import door, is_by_script, way_back
from personalization.storefront.request import Page, page_of
from personalization.storefront.toolbar import around
from personalization.storefront.watch import COOKIE, SALT, is_on, may_look

LONGEST, AN_HOUR, DAYS = 256 * 1024, 3600, 30
TEMPLATE = "personalization/toolbar.html"


@door
@csrf_exempt
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """The strip of this page. It only reads: another site could not see the answer, and changes nothing by asking."""
    if not is_by_script(request) or is_foreign(request) or not is_on(request):
        raise Http404
    page, note = page_of(request), _note(request)
    response = TemplateResponse(request, TEMPLATE, _told(page, note))
    return _private(request, response)


@door
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """On or off, for this account in this browser."""
    if not may_look(request):
        raise Http404
    response = HttpResponseRedirect(way_back(request, otherwise="admin:index"))
    if request.POST.get("on"):
        remember(response, request, COOKIE, str(request.user.pk), salt=SALT, days=DAYS)
    else:
        forget(response, COOKIE)
    return _private(request, response)


def _note(request: HttpRequest) -> dict[str, Any]:
    try:
        body = request.read(LONGEST).decode()
        note: dict[str, Any] = signing.loads(body, salt=SALT, max_age=AN_HOUR)
    except (signing.BadSignature, UnicodeDecodeError) as fault:
        raise Http404 from fault
    if note["user"] != request.user.pk:
        raise Http404
    return note


def _told(page: Page, note: dict[str, Any]) -> dict[str, Any]:
    def part(read: Any, otherwise: Any) -> Any:
        return guarded(read, doing="filling the toolbar", fallback=otherwise)

    blocks = note.get("blocks", [])
    winner, popups, no_popup = part(partial(around.popups_of, page, note), ("", [], ""))
    consent = page.gathered.consent if page.gathered else Consent()
    return {
        "path": note["path"], "blocks": blocks, "milliseconds": round(sum(one.get("ms", 0) for one in blocks), 1),
        "shown": sum(one["state"] == "shown" for one in blocks),
        "events": part(partial(around.events_of, page), []), "segments": part(partial(around.segments_of, page), []),
        "banners": part(partial(around.banners_of, page, note.get("slots", [])), []),
        "winner": winner, "popups": popups, "no_popup": no_popup,
        "agreed": around.consent_of(page), "is_asked": consent.is_asked,
    }  # fmt: skip


def _private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    keep_private(request, response)
    response["Cache-Control"] = "private, no-store"
    return response
