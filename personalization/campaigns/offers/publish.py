"""Brings Oscar's offer in line with ours, and takes codes back."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from personalization.campaigns.offers import places
from personalization.campaigns.offers.models import PersonalCode, PersonalOffer
from personalization.campaigns.state import Status
from personalization.shop import codes
from personalization.shop.codes import Deal

FIRST = 1000


@transaction.atomic
def publish(offer: PersonalOffer, *, now: datetime) -> PersonalOffer:
    """After every change of an offer: what Oscar must know of it, and the places in its budget."""
    # Of two changes at once the later one is told last.
    PersonalOffer.objects.select_for_update().get(pk=offer.pk)
    left = places.top_up(offer, now=now)
    if offer.status == Status.LIVE and left != 0:
        offer.off_reason = ""
    is_open = offer.status == Status.LIVE and not offer.off_reason
    offer.revision += 1
    offer.shop_offer_id = codes.keep_offer(
        deal_of(offer), offer_id=offer.shop_offer_id, is_open=is_open, revision=offer.revision
    )
    offer.save(update_fields=list(PersonalOffer.OWN))
    return offer


def deal_of(offer: PersonalOffer) -> Deal:
    """What Oscar is told. Of several offers it tries the one with the largest number first; an owner, the smallest."""
    return Deal(
        number=offer.pk, title=offer.title, is_by_code=offer.is_by_code, priority=FIRST - min(offer.priority, FIRST),
        category_ids=tuple(offer.categories), product_ids=tuple(offer.products),
    )  # fmt: skip


def switch_off(offer: PersonalOffer, reason: str, *, now: datetime) -> None:
    """By itself: the list says why."""
    offer.status, offer.off_reason = Status.PAUSED, reason
    offer.save(update_fields=["status", "off_reason"])
    publish(offer, now=now)


def unused(offer: PersonalOffer) -> QuerySet[PersonalCode]:
    """Codes that could still be used one day."""
    return offer.codes.filter(used_at=None, withdrawn_at=None)


@transaction.atomic
def withdraw(given: QuerySet[PersonalCode], *, now: datetime) -> int:
    """Takes codes back; those that were used stay as they are. Gives how many."""
    rows = list(
        given.filter(used_at=None, withdrawn_at=None).order_by("pk").select_for_update(of=("self",))
        .values_list("pk", "voucher_id")
    )  # fmt: skip
    codes.end_vouchers([voucher for _pk, voucher in rows if voucher is not None], at=now)
    return PersonalCode.objects.filter(pk__in=[pk for pk, _voucher in rows]).update(withdrawn_at=now)
