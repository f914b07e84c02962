"""Looks after offers: budgets that are used up, orders not written into their place, and holds left behind."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from personalization.campaigns.offers import places
from personalization.campaigns.offers.models import OfferUse, PersonalCode, PersonalOffer
from personalization.campaigns.offers.publish import publish, switch_off
from personalization.campaigns.state import Status
from personalization.shop import codes
from personalization.shop.codes import Discount

# An order whose place was not written is found within minutes; this is how long a broken worker may be away.
BACK = timedelta(days=35)


@dataclass(frozen=True)
class Kept:
    """What came of it."""

    settled: int = 0
    switched_off: int = 0
    places_freed: int = 0


def keep(*, now: datetime) -> Kept:
    """Looks after all offers that Oscar knows. Harmless when repeated."""
    offers = {one.shop_offer_id: one for one in PersonalOffer.objects.at_hand().exclude(shop_offer_id=None)}
    settled = sum(_settle(one, offers[one.offer_id], now=now) for one in _unwritten(list(offers), now=now))
    off = sum(look_at(offer, now=now) for offer in offers.values())
    return Kept(settled, off, places.clear(now=now))


def after_use(offer_id: int) -> None:
    """An order has just used a place: was it the last one?"""
    offer = PersonalOffer.objects.filter(pk=offer_id).first()
    if offer is not None:
        look_at(offer, now=timezone.now())


def look_at(offer: PersonalOffer, *, now: datetime) -> bool:
    """Switches it off when nothing of it is left; says whether it did."""
    if offer.status != Status.LIVE or offer.off_reason:
        return False
    if offer.is_limited and places.top_up(offer, now=now) == 0:
        switch_off(offer, PersonalOffer.Off.USED_UP, now=now)
        return True
    if offer.is_by_code and offer.most_codes is not None and not _has_codes(offer, now=now):
        switch_off(offer, PersonalOffer.Off.NO_CODES, now=now)
        return True
    if offer.shop_offer_id is None:
        publish(offer, now=now)
    return False


def _has_codes(offer: PersonalOffer, *, now: datetime) -> bool:
    is_room = offer.codes.count() < (offer.most_codes or 0)
    return is_room or offer.codes.filter(used_at=None, withdrawn_at=None, expires_at__gt=now).exists()


def _unwritten(shop_offer_ids: list[int | None], *, now: datetime) -> list[Discount]:
    found = codes.discounts([one for one in shop_offer_ids if one is not None], since=now - BACK)
    written = set(
        OfferUse.objects.filter(order_id__in=[one.order_id for one in found]).values_list(
            "offer__shop_offer_id", "order_id"
        )
    )
    return [one for one in found if (one.offer_id, one.order_id) not in written]


def _settle(one: Discount, offer: PersonalOffer, *, now: datetime) -> bool:
    code = PersonalCode.objects.filter(voucher_id=one.voucher_id).first() if one.voucher_id else None
    # Already discounted: it counts against the budget, whether there was a place for it or not.
    held = OfferUse.objects.filter(offer=offer, basket_id=one.basket_id, order_id=None).order_by("pk").first()
    use = held or OfferUse.objects.filter(offer=offer, basket_id=None, order_id=None).order_by("pk").first()
    use = use or OfferUse(offer=offer)
    use.code, use.basket_id, use.order_id, use.order_number = code, one.basket_id, one.order_id, one.order_number
    use.amount, use.used_at = one.amount, one.placed_at
    use.save()
    if code is not None and code.used_at is None:
        code.used_at, code.order_number = one.placed_at, one.order_number
        code.save(update_fields=["used_at", "order_number"])
    return True
