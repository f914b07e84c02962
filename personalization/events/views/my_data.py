"""My data: what is held about whoever asks, to be downloaded and to be erased. Nobody can name another person here."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from personalization import shop
from personalization.conf import conf
from personalization.events import visitors
from personalization.events.consent import REFUSED, Consent, remember_answer
from personalization.events.cookies import forget, keep_private
from personalization.events.erase import counted, erase
from personalization.events.export import exported
from personalization.events.personal import Whole, owner_of, tables, what_stays, whole_account
from personalization.events.record import in_hand
from personalization.events.visit import COOKIE as VISIT_COOKIE
from personalization.guard.door import door

ASKED_BY = "the person"


@door
@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What is held, table by table, and the ways to take it along or to have it gone."""
    return _page(request, "personalization/my_data.html", _("My data"))


@door
@require_safe
@never_cache
def download(request: HttpRequest) -> HttpResponseBase:
    """Every row as one JSON document, sent while it is read."""
    now = timezone.now()
    response = StreamingHttpResponse(exported(_whole(request), now=now), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.json"'
    keep_private(request, response)
    return response


@door
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
@transaction.non_atomic_requests
def erasure(request: HttpRequest) -> HttpResponse:
    """Asks once, then erases: the cookies go with the answer, and consent is a no from here on."""
    if request.method != "POST":
        return _page(request, "personalization/my_data_erase.html", _("Erase my data"))
    if request.POST.get("sure") != "yes":
        return _page(request, "personalization/my_data_erase.html", _("Erase my data"), is_unsure=True)
    whole, now = _whole(request), timezone.now()
    erase(whole, asked_by=ASKED_BY, now=now)
    messages.success(request, _("Your data is erased, and nothing is remembered from here on."))
    response = redirect("personalization:my_data")
    _begin_anew(request, response, now=now)
    return response


def _page(request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    whole = _whole(request)
    counts = counted(whole)
    about = {
        "page_title": title,
        "held": [(table, counts[table.name]) for table in tables if table.name in counts],
        "has_account": whole.user_id is not None,
        # Nobody was found although there is a cookie: it names an account's browser.
        "is_of_an_account": not whole.is_somebody and visitors.read_cookie(request) is not None,
        "stays": what_stays(),
    }
    return render(request, template, about | more)


def _whole(request: HttpRequest) -> Whole:
    """Whoever asks. A browser that belongs to an account says nothing until its owner signs in: others may use it."""
    visitor_id = visitors.read_cookie(request)
    user: Any = getattr(request, "user", None)
    if getattr(user, "is_authenticated", False):
        return whole_account(user.pk, visitor_id=visitor_id)
    if visitor_id is None or owner_of(visitor_id) is not None:
        return Whole()
    return Whole(visitor_ids=(visitor_id,))


def _begin_anew(request: HttpRequest, response: HttpResponse, *, now: datetime) -> None:
    if gathered := in_hand():
        # Nothing of this very request may be written either.
        gathered.consent = REFUSED
        gathered.events.clear()
        gathered.links.clear()
    keep_private(request, response)
    for name in (conf.VISITOR_COOKIE, VISIT_COOKIE):
        forget(response, name)
    # The shop's own cookie knows what was looked at, and would bring it back with the very next block.
    shop.forget_viewed(response)
    remember_answer(response, request, Consent(is_asked=True, given_at=now))
