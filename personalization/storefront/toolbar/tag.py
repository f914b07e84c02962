"""Puts the toolbar's script at the end of a page, for whoever switched it on; for anybody else not a letter."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from personalization.conf import conf
from personalization.guard import guarded
from personalization.storefront.popups.tag import asked_on
from personalization.storefront.request import page_of
from personalization.storefront.toolbar.noted import told
from personalization.storefront.watch import COOKIE, SALT, is_on

NOTHING = mark_safe("")


def toolbar(request: HttpRequest | None, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The script's tag, with what the page noted, signed."""
    if not conf.ENABLED or request is None or COOKIE not in request.COOKIES:
        return NOTHING
    return guarded(lambda: _toolbar(request, context), doing="bringing the toolbar", fallback=NOTHING)


def _toolbar(request: HttpRequest, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    if not is_on(request):
        return NOTHING
    # From here on no cache keeps the page.
    watch = page_of(request).watch
    asked = asked_on(request, context())
    note = {
        "user": request.user.pk, "path": request.path, "kind": asked.kind, "product": asked.product_id,
        "results": asked.results, **(told(watch) if watch else {}),
    }  # fmt: skip
    about = {
        "address": reverse("personalization:toolbar"), "note": signing.dumps(note, salt=SALT, compress=True),
        "nonce": str(getattr(request, "csp_nonce", "")),
    }  # fmt: skip
    return render_to_string("personalization/toolbar_script.html", about)
