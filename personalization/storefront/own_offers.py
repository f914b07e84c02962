"""The codes of whoever looks, each with a button that puts it to use; and what the page knows of them, for offers."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from personalization.campaigns.offers.judge import IsIn, judge
from personalization.campaigns.offers.models import PersonalCode
from personalization.campaigns.offers.owned import owned_by
from personalization.shop.codes import vouchers_in_basket
from personalization.storefront.request import Page, page_of

TEMPLATE = "personalization/personal_offers.html"
# In place of a code, for staff who see the page as its owner would.
SAMPLE = "SAMPLE"


@dataclass(frozen=True)
class OwnOffer:
    """A code as its owner sees it."""

    code: str
    title: str
    valid_until: datetime
    least_basket: object
    # In which hours of the week it counts, in words; empty for all.
    hours: str
    is_now: bool
    is_applied: bool


def own_offers(page: Page, *, has_title: bool) -> SafeString:
    """Drawn; nothing where there is none. Three queries: the codes, the goods in the basket, and the codes on it."""
    codes = owned_by(page.person, now=page.now)
    if not codes:
        return SafeString()
    applied = vouchers_in_basket(page.request) if page.request is not None and page.basket_ids else set()
    found = [_told(one, page, applied) for one in codes]
    context = {"offers": found, "has_basket": bool(page.basket_ids), "has_title": has_title}
    return mark_safe(render_to_string(TEMPLATE, context, request=page.request))  # noqa: S308 - a template


def _told(one: PersonalCode, page: Page, applied: set[int]) -> OwnOffer:
    hours = one.offer.at_hours
    return OwnOffer(
        SAMPLE if page.seen_as else one.code, one.offer.title, one.expires_at, one.offer.least_basket, hours.told(),
        is_now=hours.has(page.now), is_applied=one.voucher_id in applied,
    )  # fmt: skip


def connect() -> None:
    """Offers ask for segments as blocks do: once a page, and with what is known of the visit."""
    judge.standing = _standing


def _standing(request: HttpRequest) -> IsIn:
    return page_of(request).is_in
