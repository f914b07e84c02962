"""What to offer a customer who stands before one now: chosen as in the shop, and noted nowhere."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from personalization import shop
from personalization.guard import guarded, unhurried
from personalization.insight.people.who import Who
from personalization.recommend.reasons import sentence
from personalization.recommend.selection import Choice
from personalization.storefront.blocks import Wish, select
from personalization.storefront.models import Block
from personalization.storefront.preview import imagined

WISH = Wish("for_you", limit=6, minimum=1)


@dataclass(frozen=True)
class Good:
    """A product that may be bought now, its price, and why it."""

    title: str
    url: str
    price: str
    why: str = ""


def goods_for(who: Who, *, now: datetime) -> list[Good]:
    """The best ones first; none for a stranger, of whom nobody knows the visit going on."""
    if who.user is None:
        return []
    # Whatever happens to the choice, the page about the person stands.
    with unhurried():
        return guarded(lambda: _chosen(who, now=now), doing="choosing goods for a customer's page", fallback=[])


def _chosen(who: Who, *, now: datetime) -> list[Good]:
    page = imagined(Block(strategy=WISH.strategy), now=now, user=who.user, product_id=None)
    return [_told(one) for one in select(WISH, page).choices]


def _told(choice: Choice) -> Good:
    card = choice.card
    price = shop.money_told(card.price) if card.price is not None else ""
    why = card.reason or sentence(choice.candidate.reason)
    return Good(card.title, card.url, price, why if choice.served_by == WISH.strategy else _("Many others buy it."))
