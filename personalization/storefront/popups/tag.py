"""Brings the script of pop-ups into a page; what it says is about the page and about nobody, so a cache may keep it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.guard import guarded
from personalization.storefront.popups import showing
from personalization.storefront.popups.designs.design import designs
from personalization.storefront.popups.models import Popup
from personalization.storefront.popups.views import is_left_in_peace
from personalization.storefront.popups.weighing import Asked, scene_of, why_not
from personalization.storefront.request import page_of

SCRIPT = "personalization/popups/script.html"
NOTHING = mark_safe("")
# What Oscar calls its pages; a shop with others names theirs in the tag.
KINDS = {
    "home": "home", "catalogue:index": "category", "catalogue:category": "category", "catalogue:detail": "product",
    "search:search": "search", "basket:summary": "basket",
}  # fmt: skip


def script(request: HttpRequest | None, context: Mapping[str, Any], *, kind: str = "") -> SafeString:
    """The script's tag; nothing in the checkout, or where the app is switched off."""
    if not conf.ENABLED or request is None:
        return NOTHING
    return guarded(lambda: _script(request, context, kind), doing="bringing the script of pop-ups", fallback=NOTHING)


def inline(request: HttpRequest | None, context: Mapping[str, Any], name: str) -> SafeString:
    """The pop-up of that name as a part of the page, for browsers without scripts; nothing if it may not come here."""
    if not conf.ENABLED or request is None:
        return NOTHING
    return guarded(lambda: _inline(request, context, name), doing="drawing a pop-up into a page", fallback=NOTHING)


def _script(request: HttpRequest, context: Mapping[str, Any], kind: str) -> SafeString:
    if is_left_in_peace(request.path):
        return NOTHING
    try:
        address = reverse("personalization:popups")
    except NoReverseMatch:
        return NOTHING
    told = {
        "address": address, "kind": kind or kind_of(request), "product": _product_of(context),
        "results": _results_of(request, context), "look": static("personalization/popups.css"),
        "sorry": _("This could not be sent. Please try again."), "nonce": str(getattr(request, "csp_nonce", "")),
    }  # fmt: skip
    return render_to_string(SCRIPT, told)


def _inline(request: HttpRequest, context: Mapping[str, Any], name: str) -> SafeString:
    page = page_of(request)
    popup = Popup.objects.live(page.now).filter(name=name).first()
    trigger = popup.trigger_object() if popup else None
    if popup is None or trigger is None or trigger.needs_browser or is_left_in_peace(request.path):
        return NOTHING
    asked = asked_on(request, context)
    product_id, scene = asked.product_id, scene_of(page, asked)
    is_given = popup.design in designs and designs.get(popup.design).gives
    content = None if is_given or why_not(popup, scene) else showing.content_of(popup, page, product_id=product_id)
    if content is None:
        return NOTHING
    html = showing.drawn(popup, content, page, path=request.get_full_path(), is_inline=True)
    return mark_safe(f"<noscript>{html}</noscript>")  # noqa: S308 - a template of ours


def asked_on(request: HttpRequest, context: Mapping[str, Any]) -> Asked:
    """What the script would say of this page."""
    return Asked(kind_of(request), _product_of(context), _results_of(request, context))


def kind_of(request: HttpRequest) -> str:
    """Which kind of page this is, as pop-ups know them."""
    match = request.resolver_match
    return KINDS.get(match.view_name, "") if match else ""


def _product_of(context: Mapping[str, Any]) -> int | None:
    product = context.get("product")
    found = getattr(product, "parent_id", None) or getattr(product, "pk", None)
    return found if isinstance(found, int) else None


def _results_of(request: HttpRequest, context: Mapping[str, Any]) -> int | None:
    if kind_of(request) != "search":
        return None
    paginator = context.get("paginator")
    count = vars(paginator).get("count") if paginator is not None else None
    if count is None and isinstance(context.get("object_list"), (list, tuple)):
        return len(context["object_list"])
    return count if isinstance(count, int) else None
