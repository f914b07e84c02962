"""What stands round each page of ours: switched off it is not there, and its failure is no error page of the shop."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from personalization.conf import conf

logger = logging.getLogger("personalization")
View = Callable[..., HttpResponseBase]
RETRY_SECONDS = 10
# What a view says on purpose, or what is wrong with the message: Django answers it.
SAID = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


def door(view: View) -> View:
    """Stands outermost: off, no method is answered; whatever fails inside is logged, and asked to come again."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not conf.ENABLED:
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except SAID:
            raise
        except UnreadablePostError:
            # Who hangs up half-way waits for no answer, and it is nobody's fault.
            return HttpResponse(status=400)
        except Exception:
            logger.exception(
                "personalization failed while answering %s; the shopper is asked to try again", request.path
            )
        if connection.in_atomic_block:
            # The handler's transaction would otherwise keep the half that was done.
            transaction.set_rollback(True)
        return _not_now(request)

    return page


def way_back(request: HttpRequest, *, otherwise: str) -> str:
    """Where the form that was sent stood, if that is a page of this shop."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A word without a slash would be taken for the name of a page, which nobody knows.
    return wanted if is_ours and "/" in wanted else reverse(otherwise)


def is_by_script(request: HttpRequest) -> bool:
    """Our script asks, or another one that may set a header here: never a form, never another site."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _not_now(request: HttpRequest) -> HttpResponse:
    told = _("This does not work just now. Please try again in a minute.")
    headers = {"Retry-After": str(RETRY_SECONDS), "Cache-Control": "no-store"}
    if is_by_script(request):
        return JsonResponse({"told": told}, status=503, headers=headers)
    # Without the shop's frame round it: what failed may be what that needs, too.
    html = render_to_string("personalization/not_now.html", {"told": told})
    return HttpResponse(html, status=503, headers=headers)
