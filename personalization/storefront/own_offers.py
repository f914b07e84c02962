"""The codes of whoever looks, each with a button that puts it to use; and what the page knows of them, for offers."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from personalization.campaigns.offers.judge import IsIn, judge
from personalization.campaigns.offers.owned import owned_by
from personalization.storefront.request import Page, page_of

TEMPLATE = "personalization/personal_offers.html"


@dataclass(frozen=True)
class OwnOffer:
    """A code as its owner sees it."""

    code: str
    title: str
    valid_until: datetime
    least_basket: object


def own_offers(page: Page, *, has_title: bool) -> SafeString:
    """Drawn; nothing where there is none. Two queries: the codes, and whether there is a basket to use them on."""
    found = [
        OwnOffer(one.code, one.offer.title, one.expires_at, one.offer.least_basket)
        for one in owned_by(page.person, now=page.now)
    ]
    if not found:
        return SafeString()
    context = {"offers": found, "has_basket": bool(page.basket_ids), "has_title": has_title}
    return mark_safe(render_to_string(TEMPLATE, context, request=page.request))  # noqa: S308 - a template


def connect() -> None:
    """Offers ask for segments as blocks do: once a page, and with what is known of the visit."""
    judge.standing = _standing


def _standing(request: HttpRequest) -> IsIn:
    return page_of(request).is_in
