"""The shopper's own pages: what they think of a product, and what we may make of them."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from personalization import shop
from personalization.events.landing import region_of
from personalization.guard import guarded
from personalization.guard.door import door, is_by_script, way_back
from personalization.people import page as taste
from personalization.people.asking import may_be_known, who_asks, who_tells
from personalization.people.forms import TOLD
from personalization.people.reply import FORGET, Reply, reply_to
from personalization.people.tell import settle


@door
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@csrf_protect
def page(request: HttpRequest) -> HttpResponse:
    """My recommendations: what is known and used, what was said, and what may be said."""
    is_post, may_use = request.method == "POST", may_be_known(request)
    person, now = who_tells(request) if is_post else who_asks(request), timezone.now()
    here = guarded(partial(region_of, request), doing="asking for the region", fallback="")
    about = taste.read(person, now=now, here=here, data=request.POST if is_post else None)
    if is_post and person.is_known and about["form"].is_valid():
        settle(person, TOLD, about["form"].wishes(), now=now)
        messages.success(request, _("Saved. The next page you open obeys."))
        return redirect("personalization:taste")
    about |= {"page_title": _("My recommendations"), "may_use": may_use}
    return render(request, "personalization/taste.html", about, status=403 if is_post and not person.is_known else 200)


@door
@require_POST
@never_cache
@csrf_protect
def feedback(request: HttpRequest) -> HttpResponse:
    """Takes an answer to one product. A script gets JSON, a form goes back to where it stood."""
    sorry = Reply(503, _("This could not be kept just now. Please try again."), wait=10)
    asked = {name: request.POST.get(name, "") for name in ("what", "product")}
    reply = guarded(
        partial(reply_to, partial(who_tells, request), **asked, now=timezone.now()),
        doing="taking an answer to a product",
        fallback=sorry,
    )
    headers = {"Retry-After": str(reply.wait)} if reply.wait else {}
    if is_by_script(request):
        told = JsonResponse(
            {"told": reply.told, "undo": reply.undo, "back": reply.back}, status=reply.status, headers=headers
        )
        return _obeyed(request, told, asked, reply)
    if reply.status != 200:
        about = {"page_title": _("My recommendations"), "told": reply.told}
        refused = render(request, "personalization/taste_refused.html", about, status=reply.status)
        for name, value in headers.items():
            refused[name] = value
        return refused
    messages.success(request, reply.told)
    return _obeyed(request, redirect(way_back(request, otherwise="personalization:taste")), asked, reply)


def _obeyed(request: HttpRequest, response: HttpResponse, asked: dict[str, str], reply: Reply) -> HttpResponse:
    # The browser remembers looks too, in a cookie of the shop, and blocks read it where the log says nothing.
    if asked["what"] == FORGET and reply.status == 200:
        shop.forget_viewed_product(request, response, int(asked["product"]))
    return response
