"""The edge of the log: opens it before the view and writes it after the view's transaction has closed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from personalization import shop
from personalization.conf import conf
from personalization.events import ledger, pages, record, stand_in, visit, visitors
from personalization.events.beacon.address import is_message
from personalization.events.consent import consent_of
from personalization.events.cookies import forget, keep_private
from personalization.events.kinds import Traffic
from personalization.events.landing import landing_of
from personalization.events.person import Person
from personalization.events.views import beacon
from personalization.guard import guarded, guarded_in_memory, in_a_request

# Whoever works there visits no shop.
BACK_OFFICES = ("admin", "dashboard")


class PersonalizationMiddleware:
    """A failure of ours never changes the response. What browsers report is answered here: no session is needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serves the request; at most one query of ours is added, and none where nothing happened."""
        if not conf.ENABLED:
            return self.get_response(request)
        with in_a_request():
            return self._serve(request)

    def _serve(self, request: HttpRequest) -> HttpResponseBase:
        stood_in = stand_in.answered(request, self.get_response)
        if stood_in is not None:
            return stood_in
        # Who could not be asked has not agreed.
        nobody = record.Gathered()
        gathered = guarded(lambda: _open(request), doing="reading the visitor cookie", fallback=nobody)
        token = record.gathering(gathered)
        try:
            response = beacon.page(request) if is_message(request) else self.get_response(request)
        finally:
            record.stop_gathering(token)
        guarded(lambda: _close(request, response, gathered), doing="writing the request's events", fallback=None)
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """Pages that send no signal are known by their address, and by what they are about to draw."""
        if conf.ENABLED:
            guarded_in_memory(partial(pages.note, request, response), doing="noting which page this is")
        return response


def _open(request: HttpRequest) -> record.Gathered:
    consent = consent_of(request)
    known = consent.may_store
    return record.Gathered(
        person=Person(visitor_id=visitors.read_cookie(request) if known else None),
        consent=consent,
        traffic=visitors.traffic_of(request),
        visit=visit.current_visit(request, now=timezone.now()) if known else None,
        is_looked_at=visitors.is_looked_at(request),
    )


def _close(request: HttpRequest, response: HttpResponseBase, gathered: record.Gathered) -> None:
    if gathered.is_personal:
        # Before anything that can fail.
        keep_private(request, response)
    if gathered.has_left:
        # What one account looked at is not for whoever comes next.
        shop.forget_viewed(response)
    user, now = visitors.account(getattr(request, "user", None)), timezone.now()
    if user is not None and getattr(user, "is_staff", False) and gathered.traffic != Traffic.BOT:
        gathered.traffic = Traffic.STAFF
    if gathered.has_logged_in and user is not None:
        settle = partial(ledger.settle_at_login, request, response, gathered, user_id=user.pk, now=now)
        guarded(settle, doing="settling what was agreed to", fallback=None, writes=True)
    if not gathered.consent.may_store:
        _take_cookies(request, response)
    elif gathered.is_looked_at and _is_page(request, response):
        gathered.go_on_visiting(now, lambda: landing_of(request))
    user_id = user.pk if user is not None else None
    is_taken = record.write_gathered(gathered, page_failed=response.status_code >= 500, user_id=user_id, now=now)
    if not is_taken and user_id is not None and ledger.heed_account(request, response, gathered, user_id=user_id):
        _take_cookies(request, response)
    if gathered.consent.may_store:
        _leave_cookies(request, response, gathered)


def _is_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    if match is not None and match.namespaces and match.namespaces[0] in BACK_OFFICES:
        return False
    is_html = response.headers.get("Content-Type", "").startswith("text/html")
    is_whole = request.META.get("HTTP_SEC_FETCH_DEST", "document") == "document"
    return request.method == "GET" and response.status_code == 200 and is_html and is_whole


def _take_cookies(request: HttpRequest, response: HttpResponseBase) -> None:
    # Said no since they were set: they go with this very answer.
    for name in (conf.VISITOR_COOKIE, visit.COOKIE):
        if name in request.COOKIES:
            keep_private(request, response)
            forget(response, name)


def _leave_cookies(request: HttpRequest, response: HttpResponseBase, gathered: record.Gathered) -> None:
    if gathered.has_left:
        keep_private(request, response)
        visitors.forget_cookie(response)
        visit.forget_cookie(response)
        return
    if gathered.is_new_visitor and gathered.person.visitor_id:
        visitors.write_cookie(response, request, gathered.person.visitor_id)
    if gathered.visit and not gathered.visit.is_kept:
        visit.write_cookie(response, request, gathered.visit)
