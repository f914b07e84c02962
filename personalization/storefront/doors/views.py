"""Where a press on a door goes: it is kept as a preference, or for the visit where nothing may be kept."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from personalization.guard.door import door, way_back
from personalization.people import carried, tell
from personalization.people.asking import who_tells
from personalization.storefront.doors.models import DoorChoice

LONGEST = 16


@door
@require_POST
@never_cache
@csrf_protect
def choose(request: HttpRequest) -> HttpResponse:
    """Goes in by a door, or with `leave` out of it again; then back to where the form stood."""
    is_leaving = "leave" in request.POST
    choice = _choice(request.POST.get("leave" if is_leaving else "choice", ""))
    others = [one.pk for one in choice.door.choices.all()]
    person = who_tells(request)
    response = redirect(way_back(request, otherwise="personalization:taste"))
    if person.is_known:
        tell.choose_door(
            person, choices=others, chosen=None if is_leaving else choice.pk,
            categories=() if is_leaving else choice.category_ids, now=timezone.now(),
        )  # fmt: skip
    else:
        kept = {pk: ids for pk, ids in carried.read(request).items() if pk not in others}
        carried.keep(response, request, kept if is_leaving else kept | {choice.pk: choice.category_ids})
    messages.success(request, _("Saved. The next page you open obeys."))
    return response


def _choice(asked: str) -> DoorChoice:
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < LONGEST else 0
    found = DoorChoice.objects.filter(pk=number, door__is_active=True).select_related("door").first()
    if found is None:
        raise Http404
    return found
