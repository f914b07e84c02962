"""The edge of the log: opens it before the view and writes it after the view's transaction has closed."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from personalization.conf import conf
from personalization.events import record, visitors
from personalization.events.consent import has_consent
from personalization.events.kinds import Traffic
from personalization.events.person import Person
from personalization.guard import guarded


class PersonalizationMiddleware:
    """Must stand after Django's AuthenticationMiddleware. A failure of ours never changes the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serves the request; at most one query of ours is added, and none where nothing happened."""
        if not conf.ENABLED:
            return self.get_response(request)
        # Who could not be asked has not agreed.
        nobody = record.Gathered(may_know=False)
        gathered = guarded(lambda: _open(request), doing="reading the visitor cookie", fallback=nobody)
        token = record.gathering(gathered)
        try:
            response = self.get_response(request)
        finally:
            record.stop_gathering(token)
        guarded(lambda: _close(request, response, gathered), doing="writing the request's events", fallback=None)
        return response


def _open(request: HttpRequest) -> record.Gathered:
    may_know = has_consent(request)
    visitor_id = visitors.read_cookie(request) if may_know else None
    return record.Gathered(
        person=Person(visitor_id=visitor_id), may_know=may_know, traffic=visitors.traffic_of(request)
    )


def _close(request: HttpRequest, response: HttpResponseBase, gathered: record.Gathered) -> None:
    if gathered.is_personal:
        # Before anything that can fail.
        visitors.keep_private(request, response)
    user = visitors.account(getattr(request, "user", None))
    if user is not None and getattr(user, "is_staff", False) and gathered.traffic != Traffic.BOT:
        gathered.traffic = Traffic.STAFF
    failed = response.status_code >= 500
    user_id = user.pk if user is not None else None
    record.write_gathered(gathered, page_failed=failed, user_id=user_id, now=timezone.now())
    if gathered.is_new_visitor and gathered.person.visitor_id and not gathered.has_left:
        visitors.write_cookie(response, request, gathered.person.visitor_id)
    elif gathered.has_left:
        response.delete_cookie(conf.VISITOR_COOKIE, samesite="Lax")
