"""How a shopper buys: price and stock as the shop's own strategy decides them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from oscar.core.loading import get_class

Models = Any  # Oscar's models can be replaced by the shop: their class is known at run time only.


@dataclass(frozen=True)
class Buying:
    """How this shopper buys: wraps the strategy of Oscar that decides price and stock."""

    strategy: Any

    def offer(self, product: Models) -> Any:
        """Oscar's PurchaseInfo if the product can be bought now, else None; of a parent, that of its cheapest variant.

        Oscar itself prices a parent by whichever variant comes first, sold out or not.
        """
        buyable = [info for info in self.priced(product) if info.availability.is_available_to_buy]
        return min(buyable, key=lambda info: info.price.excl_tax, default=None)

    def priced(self, product: Models) -> list[Any]:
        """Oscar's PurchaseInfo of the product if it has a price, sold out or not; of a parent, of each variant."""
        bought = product.get_public_children() if product.is_parent else [product]
        infos = [self.strategy.fetch_for_product(one) for one in bought]
        return [info for info in infos if info.price.exists]


def shown_price(offer: Any) -> Decimal | None:
    """The price that a card shows: with tax, as far as the tax is known."""
    price: Decimal | None = offer.price.incl_tax if offer.price.is_tax_known else offer.price.excl_tax
    return price


def buying(request: HttpRequest | None = None, *, user: Any = None) -> Buying:
    """The shopper's way to buy: from the request in hand, or of a user when there is none."""
    strategy = getattr(request, "strategy", None)
    return Buying(strategy or get_class("partner.strategy", "Selector")().strategy(request=request, user=user))
