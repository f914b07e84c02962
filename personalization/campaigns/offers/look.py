"""What an offer would do, before anybody has it: whom it reaches, and what goods would cost. Nothing is given out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from personalization import shop
from personalization.campaigns.offers.figures import reach_told
from personalization.campaigns.offers.judge import terms
from personalization.campaigns.offers.models import PersonalOffer
from personalization.campaigns.offers.words import sentence
from personalization.recommend.facts.models import ProductFact
from personalization.shop.promise import spread

SHOWN = 4


@dataclass(frozen=True)
class Lowered:
    """A product as its people would pay for it."""

    title: str
    price: str
    lowered: str
    # It would have come down further, but for a bound.
    is_held: bool


@dataclass(frozen=True)
class Look:
    """All of it."""

    sentence: str
    reach: str
    goods: Sequence[Lowered]
    more: int


def look(offer: PersonalOffer, *, now: datetime) -> Look:
    """Of the offer as it stands, saved or not."""
    facts = _goods(offer)
    rows, count = list(facts.order_by("-price", "product_id")[:SHOWN]), facts.count()
    titles = shop.titles([one.product_id for one in rows])
    goods = [lowered for one in rows if (lowered := _lowered(one, titles.get(one.product_id, ""), offer))]
    return Look(sentence(offer, now=now), reach_told(offer, now=now), goods, max(count - len(rows), 0))


def _goods(offer: PersonalOffer) -> QuerySet[ProductFact]:
    facts = ProductFact.objects.filter(is_buyable=True, price__isnull=False)
    if offer.categories or offer.products:
        of_category = facts.filter(category_ids__overlap=offer.categories)
        return of_category | facts.filter(product_id__in=offer.products)
    return facts


def _lowered(fact: ProductFact, title: str, offer: PersonalOffer) -> Lowered | None:
    if fact.price is None or not title:
        return None
    wanted = terms(offer)
    bound = fact.price * wanted.shares([fact.product_id]).get(fact.product_id, Decimal(1))
    off, free = (
        spread([fact.price], [most], share=wanted.share, amount=wanted.amount, most=wanted.most_off)[0]
        for most in (bound, fact.price)
    )
    return Lowered(title, shop.money_told(fact.price), shop.money_told(fact.price - off), off < free)
