"""The view of the page; a look through somebody's eyes is kept like one at their page."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from personalization.events.accounts import may_see_accounts, name_of
from personalization.events.person import Person
from personalization.insight.people.looks import note_look
from personalization.insight.people.models import Way
from personalization.insight.people.see.form import WhereForm, WhomForm
from personalization.insight.people.see.page import Sight, sight_of
from personalization.jobs.back_office import id_sent
from personalization.storefront.watch import may_look

TEMPLATE = "personalization/admin/see.html"
# What the fields of the second choice are called.
SECOND = "second"


@require_GET
def see(request: HttpRequest, site: admin.AdminSite, opts: Any) -> HttpResponse:
    """The form, and the shop as whoever was chosen sees it."""
    if not may_look(request):
        raise PermissionDenied
    told = request.GET if "path" in request.GET else None
    where, is_compared = WhereForm(told), bool(request.GET.get("compare"))
    whom = [(WhomForm(told), _shopper(request, "shopper_id"), "")]
    second = WhomForm(told if is_compared else None, prefix=SECOND)
    whom += [(second, _shopper(request, f"{SECOND}_shopper_id"), SECOND)]
    sights = _sights(request, where, whom if is_compared else whom[:1])
    context = {
        "title": _("See the shop as…"), "opts": opts, "here": "see", "where": where, "whom": whom,
        "sights": sights, "is_compared": is_compared, "may_see_accounts": may_see_accounts(request.user),
        "words": [name_of(user) if user else "" for _form, user, _prefix in whom],
    }  # fmt: skip
    answer = TemplateResponse(request, TEMPLATE, site.each_context(request) | context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sights(request: HttpRequest, where: WhereForm, whom: list[Any]) -> list[Sight]:
    if not where.is_bound:
        return []
    if not where.is_valid() or not all(form.is_valid() for form, _user, _prefix in whom):
        return []
    found = []
    for form, user, _prefix in whom:
        found.append(sight_of(request, form, path=where.cleaned_data["path"], user=user))
        if user is not None and found[-1].frames:
            person = Person(user_id=user.pk)
            note_look(person, reader=request.user, way=Way.LINK, now=timezone.now(), goes_on=True)
    return found


def _shopper(request: HttpRequest, name: str) -> Any:
    pk = id_sent(request.GET.get(name))
    if pk is None or not may_see_accounts(request.user):
        return None
    return get_user_model()._default_manager.filter(pk=pk).first()
