"""What a set costs here and now, and what is saved; nothing is promised that Oscar would not give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from personalization import shop
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.facts.prices import rounded
from personalization.shop import ProductCard

# The job asks again every hour; if it has stood still for so long, nothing is sure.
FORGOTTEN_AFTER = timedelta(hours=6)


@dataclass(frozen=True)
class Joint:
    """The price of a set for this shopper, and what it comes down to in the basket, where an offer is sure to apply."""

    full: Decimal
    currency: str
    reduced: Decimal | None = None

    @property
    def saved(self) -> Decimal | None:
        """What the offer takes off."""
        return None if self.reduced is None else self.full - self.reduced


def joint(cards: Sequence[ProductCard], bundle: Bundle | None, *, now: datetime) -> Joint | None:
    """The joint price of these cards; None where they can't be added up. One query, and only if there is a saving."""
    prices, currencies = [card.price for card in cards if card.price is not None], {card.currency for card in cards}
    if len(prices) != len(cards) or len(currencies) != 1:
        return None
    full, currency = sum(prices, Decimal(0)), currencies.pop()
    is_about_these = bundle is not None and bundle.priced_ids == sorted(card.id for card in cards)
    if bundle is None or not is_about_these or bundle.reduced_price is None or bundle.priced_at is None:
        return Joint(full, currency)
    # Whoever has prices of their own has offers of their own.
    is_same_price = bundle.full_price == rounded(full) and bundle.currency == currency
    is_fresh = now - bundle.priced_at < FORGOTTEN_AFTER
    is_true = is_same_price and is_fresh and bundle.offers_key == shop.site_offers_key()
    return Joint(full, currency, bundle.reduced_price if is_true else None)
