"""What stands in a page that is seen as somebody else, in place of our scripts: as whom, and the pop-up that comes."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from personalization.guard import guarded, unhurried
from personalization.storefront.popups import showing
from personalization.storefront.popups.tag import asked_on
from personalization.storefront.popups.views import is_left_in_peace
from personalization.storefront.popups.weighing import first, scene_of
from personalization.storefront.request import MAKER, page_of

NOTHING = mark_safe("")


def is_seen_as(request: HttpRequest) -> bool:
    """This page is made for somebody else."""
    return hasattr(request, MAKER)


def strip(request: HttpRequest) -> SafeString:
    """As whom it is seen, and that nothing is counted."""

    def draw() -> str:
        return render_to_string("personalization/seen_as.html", {"told": page_of(request).seen_as.told})

    return mark_safe(guarded(draw, doing="saying as whom a page is seen", fallback=""))  # noqa: S308 - a template


def popup(request: HttpRequest, context: Callable[[], Mapping[str, Any]]) -> SafeString:
    """The one that would come here, open; its code, if it gives any, is a sample."""
    return guarded(lambda: _popup(request, context()), doing="drawing a pop-up into a page", fallback=NOTHING)


def _popup(request: HttpRequest, context: Mapping[str, Any]) -> SafeString:
    if is_left_in_peace(request.path):
        return NOTHING
    page, asked = page_of(request), asked_on(request, context)
    scene = scene_of(page, asked)
    with unhurried():
        for one in first(scene.at_hand.popups, scene):
            content, design = showing.content_of(one, page, product_id=asked.product_id), one.design_object()
            if content is None or design is None:
                continue
            held = design.imagined(one.held) if design.gives else content
            html = showing.drawn(one, held, page, path=request.path).replace("<dialog", "<dialog open", 1)
            return mark_safe(render_to_string("personalization/seen_as_popup.html", {"html": mark_safe(html)}))  # noqa: S308 - a template
    return NOTHING
