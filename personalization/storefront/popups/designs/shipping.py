"""How far it is to free delivery, with goods that close the gap."""

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from personalization import shop
from personalization.shop import ProductCard
from personalization.storefront.blocks import Wish, select
from personalization.storefront.popups.designs.design import Content, Design, Parameters, designs
from personalization.storefront.request import Page

# So many are looked through for a price that fits; the nearest ones are shown.
LOOKED_AT, SHOWN = 24, 3
WHOLE = 100


class ShippingForm(forms.Form):
    """From which amount on delivery is free."""

    amount = forms.DecimalField(
        label=_("Delivery is free from"), initial=50, min_value=Decimal("0.01"), max_digits=10, decimal_places=2,
        help_text=_("In the shop's currency. Say here what your shipping methods say: nothing is changed by it."),
    )  # fmt: skip


@designs.register
class Shipping(Design):
    """True of the basket at this moment, or it does not come."""

    name, label = "shipping", _("the way to free delivery")
    sentence = _("Shows what the basket lacks to free delivery, and goods that close the gap")
    template, parts, Form = "personalization/popups/shipping.html", ("title", "text", "button"), ShippingForm
    fills = ("total", "left")

    def content(self, parameters: Parameters, page: Page, *, product_id: int | None = None) -> Content | None:
        """None with an empty basket, and with one that has it already."""
        amount, total = self.clean(parameters)["amount"], page.lying.total
        if not total or total >= amount:
            return None
        wish = Wish("goes_with_basket", limit=LOOKED_AT, minimum=SHOWN)
        return self._content(amount, total, closing(select(wish, page).cards, gap=amount - total))

    def imagined(self, parameters: Parameters) -> Content:
        """With a basket that has two thirds of it."""
        amount = Decimal(self.clean(parameters)["amount"])
        return self._content(amount, amount * 2 / 3, [])

    def _content(self, amount: Decimal, total: Decimal, cards: Sequence[ProductCard]) -> Content:
        left = shop.money_told(amount - total)
        told = {"cards": cards, "left": left, "done": int(WHOLE * total / amount), "goal": shop.money_told(amount)}
        return Content(told, {"left": left, "total": shop.money_told(total)})


def closing(cards: Sequence[ProductCard], *, gap: Decimal) -> list[ProductCard]:
    """Those that close the gap by themselves, the nearest first; then the dearest of the others."""
    priced = [card for card in cards if card.price is not None and not card.has_variants]
    enough = sorted((card for card in priced if card.price >= gap), key=lambda card: card.price)  # type: ignore[operator, arg-type, return-value]
    short = sorted((card for card in priced if card.price < gap), key=lambda card: -card.price)  # type: ignore[operator]
    return [*enough, *short][:SHOWN]
