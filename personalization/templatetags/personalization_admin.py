"""What templates of the admin ask for: the checklist of the first days, and campaigns to start from."""

from typing import Any

from django import template
from django.utils import timezone

from personalization.guard import guarded, unhurried
from personalization.storefront.checklist import checklist
from personalization.storefront.ready_blocks import ReadyBlock, ready_blocks
from personalization.storefront.slots.ready import ReadyBanner, ready_banners

register = template.Library()


@register.inclusion_tag("personalization/admin/checklist.html", takes_context=True)
def first_steps_checklist(context: template.Context) -> dict[str, Any]:
    """The list for whoever looks; nothing where it can't be read, for it stands on a page of the admin's own."""
    request = context["request"]
    if not request.user.has_perm("personalization.view_block"):
        return {}
    with unhurried():
        found = guarded(lambda: checklist(request, now=timezone.now()), doing="reading the first steps", fallback=None)
    return {"checklist": found, "request": request, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def blocks_to_start_from() -> list[ReadyBlock]:
    """Each with the address of a form that is filled in."""
    return ready_blocks()


@register.simple_tag
def banners_to_start_from() -> list[ReadyBanner]:
    """Likewise."""
    return ready_banners()
