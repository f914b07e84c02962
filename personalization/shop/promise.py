"""What Oscar's offers ask of us: whose basket it is, how much comes off, and a place in the budget.

Oscar loads both classes by the dotted path in `proxy_class`, its documented seam, and gives them the columns of its
row; they need be no models, so no migration of Oscar's is touched. Who may have an offer is not this package's to say:
it asks the judge that the campaigns put in place (`sit`). A judge that fails, or that is not there, grants nothing, and
the basket goes on at its full price.

How a budget holds, and no paid order fails. The place in the budget is taken while the shopper is on the way through
the checkout, before any payment, and the offer lowers no price there without one: who comes too late sees the full
price before they pay, and a sentence that says why. The place is theirs until they have paid or left; `settle`, which
Oscar calls inside the transaction that places the order, only writes the order's number into it. A database error of
ours there is logged and the order goes through: it was counted when the place was taken, and the job puts the number in
later.

What is paid, or may be, is never refused: an order placed by a page, or of a basket that was frozen for its payment,
keeps its price even where no place is left for it, and counts over the budget. Only a program that places the order of
an open basket, which nobody has paid, is refused there, as Oscar itself does with a voucher used twice.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from functools import partial
from typing import Any, Protocol

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from oscar.core.loading import get_class, get_model

from personalization.shop.checkouts import is_checkout, tell, tell_once
from personalization.shop.money import money_told

logger = logging.getLogger("personalization")
CENT, ALL, NONE = Decimal("0.01"), Decimal(1), Decimal(0)
REMEMBERED = "_personalization_promises"


@dataclass(frozen=True)
class Question:
    """A basket of Oscar's before one of our offers."""

    offer_id: int
    revision: int
    voucher_id: int | None
    basket_id: int | None
    owner_id: int | None
    request: HttpRequest | None = None
    # Oscar calls it frozen: its payment is on its way.
    is_being_paid: bool = False
    # What the goods in it come to that the offer is about; asked only where it matters.
    worth: Callable[[], Decimal] = field(default=lambda: NONE, compare=False)

    @property
    def may_be_paid(self) -> bool:
        """Nobody can say that it is not: a program's open basket alone is surely unpaid."""
        return self.is_being_paid or self.request is not None


@dataclass(frozen=True)
class Terms:
    """What is taken off: a share of the price or an amount, within all bounds.

    `shares`: of each product, at most which share of its price.
    """

    share: Decimal = NONE
    amount: Decimal = NONE
    least_basket: Decimal = NONE
    most_off: Decimal | None = None
    shares: Callable[[Sequence[int]], Mapping[int, Decimal]] = field(default=lambda _ids: {})


@dataclass(frozen=True)
class Refusal:
    """Why not, in words for the shopper; empty where nothing needs to be said."""

    told: str = ""
    # The code goes off the basket: the order would use it up, and give nothing for it.
    is_taken_off: bool = False
    # For now only: whoever was promised it before has it still.
    waits: bool = False


class Judge(Protocol):
    """Who says whom an offer is for."""

    def judge(self, question: Question) -> Terms | Refusal:
        """What this basket may have."""

    def settle(self, question: Question, *, order_id: int, order_number: str, amount: Decimal) -> bool:
        """Writes the order into its place in the budget; False if there is none for it."""


_sitting: list[Judge] = []


def sit(judge: Judge) -> None:
    """Puts the judge in place; one alone."""
    _sitting[:] = [judge]


class _OfOscar:
    """A row of Oscar's, as its offers hand it to a class of one's own."""

    def __init__(self, **columns: Any) -> None:
        self.columns = columns
        vars(self).update(columns)

    @property
    def range(self) -> Any:
        """The goods."""
        if "_range" not in vars(self):
            self._range = get_model("offer", "Range").objects.filter(pk=self.columns.get("range_id")).first()
        return self._range


class ForItsPeople(_OfOscar):
    """The condition: the basket is one of those whom the offer is for, and has goods in it that the offer is about."""

    name = description = gettext_lazy("for the people whom the owner chose")

    def is_satisfied(self, offer: Any, basket: Any) -> bool:
        """Never raises."""
        terms = _granted(offer, basket, revision=self.columns.get("value"))
        return terms is not None and _value(offer, basket) >= max(terms.least_basket, CENT)

    def is_partially_satisfied(self, offer: Any, basket: Any) -> bool:
        """Nobody is asked to buy more for it."""
        return False

    def get_upsell_message(self, offer: Any, basket: Any) -> None:
        """Likewise."""
        return

    def can_apply_condition(self, line: Any) -> bool:
        """It uses up no goods."""
        return False

    def consume_items(self, offer: Any, basket: Any, affected_lines: Any) -> None:
        """The benefit has marked what it lowered."""


class LowerPrice(_OfOscar):
    """The benefit: takes a share or an amount off each line, never more than the offer's bounds allow."""

    name = description = gettext_lazy("a lower price")

    def apply(self, basket: Any, condition: Any, offer: Any, **_more: Any) -> Any:
        """Lowers what may be lowered. Never raises: whatever fails lowers nothing."""
        nothing, result = (get_class("offer.results", name) for name in ("ZERO_DISCOUNT", "BasketDiscount"))
        try:
            terms = _granted(offer, basket, revision=condition.columns.get("value"))
            if terms is None:
                return nothing
            taken = _taken_off(_lines(offer, basket), terms)
            lower = get_class("offer.benefits", "apply_discount")
            for line, pieces, off in taken:
                lower(line, off, pieces, offer)
            return result(sum((off for _line, _pieces, off in taken), NONE))
        except Exception:
            logger.exception("Offer %s can't be applied; the basket goes on without it", offer.pk)
            return nothing

    def apply_deferred(self, basket: Any, order: Any, application: Mapping[str, Any]) -> str:
        """As the order is placed, inside its transaction: raises Oscar's own refusal where no place is left."""
        question = _question(offer := application["offer"], basket, revision=0)
        if not _settled(question, order, application["discount"]):
            logger.warning("Order %s: no place is left in offer %s", order.number, offer.pk)
            refused = get_class("order.exceptions", "UnableToPlaceOrder")
            raise refused(
                _("The offer “%(name)s” was used up meanwhile: go back to the basket.") % {"name": offer.name}
            )
        return ""

    def shipping_discount(self, charge: Decimal, currency: str | None = None) -> Decimal:
        """It lowers goods alone."""
        return NONE


def refused_because(voucher: Any, basket: Any) -> str:
    """Why a code gives this basket nothing, in words for the shopper; empty where it is none of ours, or does."""
    offer = next((one for one in voucher.offers.select_related("condition") if _is_ours(one)), None)
    if offer is None:
        return ""
    offer.set_voucher(voucher)
    verdict = _verdict(offer, basket, revision=offer.condition.value)
    if isinstance(verdict, Refusal):
        return verdict.told
    if (value := _value(offer, basket)) < verdict.least_basket:
        return too_little_told(value, least=verdict.least_basket)
    return "" if value else too_little_told(value, least=NONE)


def too_little_told(value: Decimal, *, least: Decimal) -> str:
    """Why a basket with goods of so much is too small for a code."""
    if not value:
        return _("There is nothing in your basket that this code is for.")
    words = {"least": money_told(least), "value": money_told(value)}
    return _("This code is for baskets from %(least)s; the goods that it is for come to %(value)s.") % words


def _is_ours(offer: Any) -> bool:
    return bool(offer.condition.proxy_class == f"{__name__}.{ForItsPeople.__name__}")


def _granted(offer: Any, basket: Any, *, revision: Any) -> Terms | None:
    verdict = _verdict(offer, basket, revision=revision)
    return verdict if isinstance(verdict, Terms) else None


def _verdict(offer: Any, basket: Any, *, revision: Any) -> Terms | Refusal:
    # A basket is loaded for one request: what was said of it holds for all that the request asks.
    said = vars(basket).setdefault(REMEMBERED, {})
    key = (offer.pk, getattr(offer.get_voucher(), "pk", None), basket.owner_id, basket.pk)
    if key not in said:
        try:
            question = _question(offer, basket, revision=revision)
            said[key] = _sitting[0].judge(question) if _sitting else Refusal()
            if isinstance(said[key], Refusal):
                _act_on(said[key], offer, basket, question)
        except Exception:
            logger.exception("Offer %s can't be judged; the basket goes on without it", offer.pk)
            said[key] = Refusal()
    verdict: Terms | Refusal = said[key]
    return verdict


def _act_on(refusal: Refusal, offer: Any, basket: Any, question: Question) -> None:
    voucher = offer.get_voucher()
    if refusal.is_taken_off and voucher:
        basket.vouchers.remove(voucher)
    if not refusal.told or question.request is None or not is_checkout(question.request):
        return
    # The price on this page is not the one of the basket: it says why.
    if voucher:
        tell(question.request, f"{voucher.code}: {refusal.told}")
    else:
        tell_once(question.request, refusal.told, about=f"{offer.pk} {basket.pk}")


def _question(offer: Any, basket: Any, *, revision: Any) -> Question:
    voucher = offer.get_voucher()
    # Oscar's strategies keep the request that they were chosen for.
    request = getattr(getattr(basket, "strategy", None), "request", None)
    return Question(
        offer.pk, int(revision or 0), voucher.pk if voucher else None, basket.pk or None, basket.owner_id, request,
        is_being_paid=basket.status == basket.FROZEN, worth=partial(_value, offer, basket),
    )  # fmt: skip


def _settled(question: Question, order: Any, amount: Decimal) -> bool:
    try:
        return _sitting[0].settle(question, order_id=order.pk, order_number=order.number, amount=amount)
    except Exception:
        logger.exception("Order %s can't be written into its place of offer %s", order.number, question.offer_id)
        return True


def _lines(offer: Any, basket: Any) -> list[tuple[Any, Decimal, int]]:
    """Each line that the offer is about: its price, and the pieces that no other offer has lowered."""
    goods = offer.benefit.range
    price = get_class("offer.utils", "unit_price")
    found = []
    for line in basket.all_lines():
        if line.stockrecord and line.product.is_discountable and goods.contains_product(line.product):
            pieces, each = line.quantity_without_offer_discount(offer), price(offer, line)
            if each and pieces > 0:
                found.append((line, each, pieces))
    return sorted(found, key=lambda one: one[1])


def _value(offer: Any, basket: Any) -> Decimal:
    try:
        return sum((each * pieces for _line, each, pieces in _lines(offer, basket)), NONE)
    except Exception:
        logger.exception("The goods of offer %s can't be counted; the basket goes on without it", offer.pk)
        return NONE


def _taken_off(lines: list[tuple[Any, Decimal, int]], terms: Terms) -> list[tuple[Any, int, Decimal]]:
    """What comes off each line: the same share of all, as far as each one's bound goes, and all within the order's."""
    shares = terms.shares([line.product.parent_id or line.product_id for line, _each, _pieces in lines])
    worth = [each * pieces for _line, each, pieces in lines]
    bounds = [
        value * shares.get(line.product.parent_id or line.product_id, ALL)
        for value, (line, _each, _pieces) in zip(worth, lines, strict=True)
    ]
    offs = spread(worth, bounds, share=terms.share, amount=terms.amount, most=terms.most_off)
    return [(line, pieces, off) for (line, _each, pieces), off in zip(lines, offs, strict=True) if off > 0]


def spread(
    worth: Sequence[Decimal], bounds: Sequence[Decimal], *, share: Decimal, amount: Decimal, most: Decimal | None
) -> list[Decimal]:
    """What comes off each, rounded down to the cent: a share of it, or its part of the amount.

    What one's bound keeps back of an amount goes to the others, as far as theirs allow.
    """
    if share:
        offs = [min(value * min(share, ALL), bound) for value, bound in zip(worth, bounds, strict=True)]
        total = sum(offs, NONE)
        cut = min(ALL, most / total) if most is not None and total else ALL
        return [(off * cut).quantize(CENT, ROUND_DOWN) for off in offs]
    left = min(amount, amount if most is None else most, sum(bounds, NONE))
    offs, rest = [NONE for _ in worth], sum(worth, NONE)
    # Those with the least room first: what they can't bear is then spread over the rest.
    for number in sorted(range(len(worth)), key=lambda one: bounds[one] / worth[one] if worth[one] else ALL):
        part = left * worth[number] / rest if rest else NONE
        offs[number] = min(part, bounds[number]).quantize(CENT, ROUND_DOWN)
        left, rest = left - offs[number], rest - worth[number]
    # Cents lost in rounding.
    for number, off in enumerate(offs):
        room = min(bounds[number] - off, left).quantize(CENT, ROUND_DOWN)
        if room > 0:
            offs[number], left = off + room, left - room
    return offs
