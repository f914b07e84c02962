"""The doors for addresses: a form without scripts, and where the links of letters lead. A link alone does nothing.

Mail programs open links by themselves, so each of them leads to a button.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from personalization.events.cookies import keep_private
from personalization.guard.door import door
from personalization.storefront.leads.confirm import confirm, stop, subscription_of
from personalization.storefront.leads.keys import lead_to_confirm, lead_to_stop, wish_in
from personalization.storefront.leads.models import Lead
from personalization.storefront.leads.take import ask_again, sign_up
from personalization.storefront.request import page_of


@door
@never_cache
@csrf_protect
@require_POST
def sign_up_page(request: HttpRequest) -> HttpResponse:
    """The form of a pop-up, sent by a browser without scripts."""
    page, sent = page_of(request), {name: str(value) for name, value in request.POST.items()}
    taken = sign_up(sent, page)
    wish = None if taken.is_taken else wish_in(sent.get("key", ""), page.person)
    told = {
        "page_title": _("Your address"), "taken": taken, "key": sent.get("key", ""), "email": sent.get("email", ""),
        "agreement": wish.text if wish else "",
    }  # fmt: skip
    return _drawn(request, "personalization/lead_answer.html", told)


@door
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest) -> HttpResponse:
    """Asks once more, then confirms; who comes again finds the code again."""
    now, key = timezone.now(), str(request.POST.get("key") or request.GET.get("key", ""))
    lead, has_run_out = lead_to_confirm(key)
    told: dict[str, Any] = {"page_title": _("Your address"), "lead": lead, "key": key, "state": "unknown"}
    if lead is None or lead.stopped_at is not None:
        return _drawn(request, "personalization/lead_confirm.html", told, status=404)
    if request.method == "POST" and not has_run_out:
        confirm(lead, now=now)
        return redirect(f"{reverse('personalization:confirm_lead')}?{urlencode({'key': key})}")
    if request.method == "POST" and "again" in request.POST and not lead.is_subscribed:
        told |= {"state": "asked", "taken": ask_again(lead, now=now)}
    elif (found := _confirmed(lead)) is not None:
        told |= {"state": "confirmed", "code": found.code, "offer": found.offer}
    else:
        told |= {"state": "expired" if has_run_out else "open"}
    return _drawn(request, "personalization/lead_confirm.html", told)


@door
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest) -> HttpResponse:
    """No more letters. The key in the address is the right to do so: mail programs press this button for people."""
    lead = lead_to_stop(str(request.POST.get("key") or request.GET.get("key", "")))
    if lead is not None and request.method == "POST":
        stop(lead, now=timezone.now())
        lead.refresh_from_db()
    is_stopped = lead is not None and lead.stopped_at is not None
    told = {"page_title": _("Letters"), "lead": lead, "is_stopped": is_stopped}
    return _drawn(request, "personalization/lead_stop.html", told, status=404 if lead is None else 200)


def _confirmed(lead: Lead) -> Lead | None:
    """The subscription of this address; of one confirmed earlier by another link, too: it is the same mailbox."""
    return lead if lead.is_subscribed else subscription_of(lead)


def _drawn(request: HttpRequest, template: str, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    try:
        back = reverse("catalogue:index")
    except NoReverseMatch:
        back = "/"
    response = render(request, template, {"back": back} | told, status=status)
    # What stands in the address is for no other site; without any referrer browsers send forms as from nowhere.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    keep_private(request, response)
    return response
