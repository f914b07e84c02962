"""The door for what browsers report: any bytes in; 204, a 4xx or 429 out; 503 only if the database fails us."""

import logging
from functools import partial

from django.db import DataError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from personalization.events.beacon import body
from personalization.events.beacon.batch import MOST_EVENTS, Batch, Unreadable, read_batch
from personalization.events.beacon.outcomes import (
    BOT,
    ENCODED,
    FOREIGN,
    NO_CONSENT,
    TOO_FAST,
    TOO_LONG,
    Outcome,
)
from personalization.events.beacon.pace import pace
from personalization.events.beacon.quarantine import keep
from personalization.events.beacon.receive import receive
from personalization.events.beacon.tally import refuse
from personalization.events.kinds import Traffic
from personalization.events.record import Gathered, in_hand
from personalization.guard import guarded
from personalization.guard.door import door

logger = logging.getLogger("personalization")

# The database may be back so soon; the script comes again.
RETRY_AFTER = 10


# A browser that says goodbye can't send a token; where the message comes from is looked at instead.
@door
@csrf_exempt
@transaction.non_atomic_requests
def page(request: HttpRequest) -> HttpResponse:
    """Takes a message of our script."""
    gathered = in_hand()
    if gathered is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    doing = "taking what a browser sent"
    answer = guarded(lambda: _answer(request, gathered), doing=doing, fallback=None, writes=True)
    response = answer or _answered(503, retry_after=RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _answer(request: HttpRequest, gathered: Gathered) -> HttpResponse:
    refused = _turned_away(request, gathered)
    if refused is not None:
        return refused
    try:
        content = body.read(request)
    except body.TooLong:
        return _refused(TOO_LONG, 413)
    try:
        batch = read_batch(content)
    except Unreadable as why:
        return _unreadable(content, str(why))
    seconds = pace.wait(gathered.person.visitor_id, min(max(len(batch.events), 1), MOST_EVENTS))
    if seconds:
        refuse(TOO_FAST, now=timezone.now(), events=len(batch.events))
        return _answered(429, retry_after=seconds)
    return _received(batch, content, request, gathered)


def _turned_away(request: HttpRequest, gathered: Gathered) -> HttpResponse | None:
    """The answer to a message that is not even opened."""
    if body.is_foreign(request):
        return _refused(FOREIGN, 403)
    if not gathered.consent.may_store:
        return _refused(NO_CONSENT, 403)
    if gathered.traffic == Traffic.BOT:
        return _refused(BOT, 204)
    if body.is_encoded(request):
        return _refused(ENCODED, 415)
    return None


def _received(batch: Batch, content: bytes, request: HttpRequest, gathered: Gathered) -> HttpResponse:
    try:
        receive(batch, request=request, gathered=gathered, now=timezone.now())
    except DataError:
        # What the judge let pass and PostgreSQL can't hold would fail each time it is sent again. Whatever else fails
        # is no fault of the sender, and it had better come again.
        logger.exception("personalization could not take a message of a browser; it is kept among the unreadable ones")
        return _unreadable(content, "PostgreSQL can't hold it")
    return _answered(204)


def _unreadable(content: bytes, why: str) -> HttpResponse:
    work = partial(keep, content, why=why, now=timezone.now())
    guarded(work, doing="keeping what nobody could read", fallback=None, writes=True)
    return _answered(400)


def _refused(why: Outcome, status: int) -> HttpResponse:
    refuse(why, now=timezone.now())
    return _answered(status)


def _answered(status: int, *, retry_after: int = 0) -> HttpResponse:
    response = HttpResponse(status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response
