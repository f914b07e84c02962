"""The doors of pop-ups: a page's script asks once which may come, and says when its moment is, and what came of it."""

import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from personalization.conf import conf
from personalization.events.beacon.body import is_foreign
from personalization.events.cookies import keep_private
from personalization.events.kinds import Traffic
from personalization.events.record import in_hand
from personalization.guard import guarded
from personalization.guard.door import door, is_by_script
from personalization.storefront.popups import ledger, showing
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.ledger import Carried, Line
from personalization.storefront.popups.models import Popup, PopupShowing
from personalization.storefront.popups.weighing import Asked, Scene, first, scene_of
from personalization.storefront.request import Page, page_of
from personalization.storefront.triggers.trigger import triggers

LONGEST = 4096
Unreadable = (ValueError, RecursionError, UnreadablePostError)


@door
@require_GET
def decide(request: HttpRequest) -> HttpResponse:
    """Which pop-ups wait for their moment on this page: never one on a page that is to be left in peace."""
    if not is_by_script(request) or is_foreign(request) or is_left_in_peace(request.GET.get("page", "")):
        return _nothing(request)
    told = _asked(request.GET)
    return guarded(partial(_decided, request, told), doing="choosing a pop-up", fallback=None) or _nothing(request)


@door
@csrf_exempt
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """The moment of some has come: the first that may, and for which there is room, is drawn; else nothing."""
    sent = _body(request)
    if isinstance(sent, HttpResponse):
        return sent
    if is_left_in_peace(str(sent.get("page", ""))):
        return _nothing(request)
    work = partial(_shown, request, sent)
    return guarded(work, doing="showing a pop-up", fallback=None, writes=True) or _nothing(request)


@door
@csrf_exempt
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """What became of a pop-up: closed, its button pressed, or its form sent."""
    sent = _body(request)
    if isinstance(sent, HttpResponse):
        return sent
    work = partial(_answered, request, sent)
    return guarded(work, doing="noting what became of a pop-up", fallback=None, writes=True) or _nothing(request)


def is_left_in_peace(path: str) -> bool:
    """A page of the checkout, or another one on which the shop wants nobody interrupted; or no page of this shop."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return True
    names = {match.view_name, *match.namespaces}
    return bool(names & set(conf.POPUP_FREE_PAGES))


def _decided(request: HttpRequest, asked: Asked) -> HttpResponse | None:
    page = page_of(request)
    visit_id = _visit_of(page)
    if visit_id is None:
        return None
    carried = _one_more_page(request, page, visit_id)
    scene = scene_of(page, asked, carried=carried)
    armed = [_told(one, scene) for one in first(scene.at_hand.popups, scene)]
    response = JsonResponse({"armed": armed}) if armed else _nothing(request)
    if carried is not None and scene.at_hand.popups:
        ledger.carry(response, request, carried, visit_id)
    return _private(request, response)


def _shown(request: HttpRequest, sent: Mapping[str, Any]) -> HttpResponse | None:
    page, asked = page_of(request), _asked(sent)
    visit_id = _visit_of(page)
    wanted = sent.get("popups")
    if visit_id is None or not isinstance(wanted, list):
        return None
    carried = None if _is_known(page) else ledger.carried(request, visit_id)
    scene = scene_of(page, asked, carried=carried)
    for popup in first([one for one in scene.at_hand.popups if one.pk in wanted], scene):
        response = _let_through(request, popup, page, scene, carried, path=str(sent.get("page", "/")))
        if response is not None:
            return _private(request, response)
    return None


def _let_through(
    request: HttpRequest, popup: Popup, page: Page, scene: Scene, carried: Carried | None, *, path: str
) -> HttpResponse | None:
    # What it holds is looked for first: a pop-up that has nothing to show costs nobody's patience.
    content = showing.content_of(popup, page, product_id=scene.moment.product_id)
    if content is None or scene.visit_id is None:
        return None
    if carried is not None:
        response = JsonResponse({"id": "", "html": showing.drawn(popup, content, page, path=path)})
        lines = [*carried.lines, Line(popup.pk, page.now, scene.visit_id)]
        ledger.carry(response, request, replace(carried, lines=lines), scene.visit_id)
        return response
    line = ledger.claim(
        popup, page.person, visit_id=scene.visit_id, now=page.now, is_counted=not _is_staff(request)
    )  # fmt: skip
    if line is None:
        return None
    give = partial(designs.get(popup.design).given, popup.held, page, content=content)
    given = guarded(give, doing=f"giving what the pop-up {popup.pk} promises", fallback=None, writes=True)
    if given is None:
        # It came to nothing after all, and so it has interrupted nobody.
        line.delete()
        return None
    html = showing.drawn(popup, given, page, showing_id=str(line.pk), path=path)
    return JsonResponse({"id": str(line.pk), "html": html})


def _answered(request: HttpRequest, sent: Mapping[str, Any]) -> HttpResponse | None:
    page, outcome = page_of(request), str(sent.get("what", ""))
    showing_id = _uuid(sent.get("showing"))
    if showing_id is None or not _is_known(page) or outcome not in ledger.ENDS:
        return None
    if outcome != PopupShowing.Outcome.ANSWERED:
        ledger.close(showing_id, page.person, outcome=outcome, now=page.now)
        return None
    line = ledger.open_line(showing_id, page.person)
    design = line.popup.design_object() if line else None
    form = sent.get("form")
    if line is None or design is None or not isinstance(form, dict):
        return None
    told = {str(name): str(value)[:LONGEST] for name, value in form.items()}
    reply = design.answered(line.popup.held, told, page)
    if reply is None:
        return None
    if reply.is_taken:
        ledger.close(showing_id, page.person, outcome=outcome, now=page.now, answer=reply.answer)
    words = reply.told or (showing.thanks(line.popup, page) if reply.is_taken else "")
    return _private(request, JsonResponse({"told": words, "taken": reply.is_taken}))


# --- what comes in and goes out ---------------------------------------------------------------------------------------


def _told(popup: Popup, scene: Scene) -> dict[str, Any]:
    trigger = triggers.get(popup.trigger)
    return {"id": popup.pk, "waits": trigger.waits_for, **trigger.told(scene.moment, popup.moment)}


def _asked(told: Mapping[str, Any]) -> Asked:
    kind = str(told.get("kind") or "")
    return Asked(kind if kind in Popup.Where.values else "", _number(told.get("product")), _number(told.get("results")))


def _number(told: Any) -> int | None:
    text = str(told) if told is not None else ""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 16 else None


def _uuid(told: Any) -> uuid.UUID | None:
    with suppress(ValueError):
        return uuid.UUID(told) if isinstance(told, str) else None
    return None


def _body(request: HttpRequest) -> dict[str, Any] | HttpResponse:
    """What our script sent; or the answer to whatever else came."""
    # Another site can't send the header that our script sends; nothing but the pop-up itself hangs on it.
    if not is_by_script(request) or is_foreign(request):
        return HttpResponse(status=403)
    try:
        body = bytes(request.read(LONGEST + 1))
        told = json.loads(body) if len(body) <= LONGEST else None
    except Unreadable:
        told = None
    return told if isinstance(told, dict) else HttpResponse(status=400)


def _visit_of(page: Page) -> uuid.UUID | None:
    """The visit in hand, of a shopper who agreed to something; of a crawler, and of anybody else, none."""
    gathered = in_hand()
    if gathered is None or gathered.visit is None or not gathered.may_remember or gathered.traffic == Traffic.BOT:
        return None
    return gathered.visit.id


def _is_known(page: Page) -> bool:
    return page.person.is_known


def _one_more_page(request: HttpRequest, page: Page, visit_id: uuid.UUID) -> Carried | None:
    if _is_known(page):
        return None
    told = ledger.carried(request, visit_id)
    return replace(told, pages=told.pages + 1)


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_staff", False))


def _private(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    keep_private(request, response)
    response["Cache-Control"] = "private, no-store"
    return response


def _nothing(request: HttpRequest) -> HttpResponse:
    return _private(request, HttpResponse(status=204))
