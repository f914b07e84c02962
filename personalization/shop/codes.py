"""Offers and codes of the owner's own, made through Oscar's public models; and what came of them, by Oscar's rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils.crypto import get_random_string
from oscar.core.loading import get_model

from personalization.shop.baskets import my_basket

PROMISE = "personalization.shop.promise"
# As Oscar draws its own: no letters that one takes for a digit.
LETTERS, LENGTH, GROUP = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 12, 4


@dataclass(frozen=True)
class Deal:
    """What Oscar must know of an offer; all else it asks of the judge: see `promise`."""

    number: int
    title: str
    is_by_code: bool
    priority: int = 0
    category_ids: tuple[int, ...] = ()
    product_ids: tuple[int, ...] = ()
    description: str = ""

    @property
    def called(self) -> str:
        """Oscar asks for a name that no other offer has."""
        return f"{self.title[:100]} (#{self.number})"


@dataclass(frozen=True)
class NewCode:
    """A code that is to be a voucher."""

    code: str
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Redeemed:
    """What became of one offer, by Oscar's own rows."""

    orders: int = 0
    discount: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)


@transaction.atomic
def keep_offer(deal: Deal, *, offer_id: int | None, is_open: bool, revision: int) -> int:
    """Makes the offer in Oscar, or brings it up to date; gives its number there."""
    model = get_model("offer", "ConditionalOffer")
    offer = model.objects.select_related("condition", "benefit").filter(pk=offer_id).first() if offer_id else None
    if offer is None:
        goods = get_model("offer", "Range").objects.create(name=f"Personal offer {deal.number}")
        # The condition's value is the revision: the judge sees by it whether what it remembers is still so.
        condition = get_model("offer", "Condition").objects.create(range=goods, proxy_class=f"{PROMISE}.ForItsPeople")
        benefit = get_model("offer", "Benefit").objects.create(range=goods, proxy_class=f"{PROMISE}.LowerPrice")
        # Once a basket: the benefit sees to all its lines in one go.
        offer = model(condition=condition, benefit=benefit, max_basket_applications=1)
    _keep_goods(offer.condition.range, deal)
    offer.condition.value = revision
    offer.condition.save(update_fields=["value"])
    offer.name, offer.description, offer.priority = _called(deal, offer.pk), deal.description, deal.priority
    offer.offer_type = model.VOUCHER if deal.is_by_code else model.SITE
    offer.status = model.OPEN if is_open else model.SUSPENDED
    offer.save()
    return int(offer.pk)


def _called(deal: Deal, offer_id: int | None) -> str:
    # Shoppers read it in their basket: the number stands there only where the name is taken.
    others = get_model("offer", "ConditionalOffer").objects.exclude(pk=offer_id)
    return deal.called if others.filter(name=deal.title[:100]).exists() else deal.title[:100]


def _keep_goods(goods: Any, deal: Deal) -> None:
    is_everything = not deal.category_ids and not deal.product_ids
    if goods.includes_all_products != is_everything:
        goods.includes_all_products = is_everything
        goods.save(update_fields=["includes_all_products"])
    categories = get_model("catalogue", "Category").objects.filter(pk__in=deal.category_ids)
    goods.included_categories.set(categories)
    products = get_model("catalogue", "Product").objects.filter(pk__in=deal.product_ids)
    goods.included_products.set(products)


def new_codes(count: int) -> list[str]:
    """Codes that the shop has none of; so long that nobody guesses one."""
    found: set[str] = set()
    while len(found) < count:
        drawn = {_drawn() for _ in range(count - len(found))} - found
        taken = get_model("voucher", "Voucher").objects.filter(code__in=drawn).values_list("code", flat=True)
        found |= drawn - set(taken)
    return list(found)


def _drawn() -> str:
    letters = get_random_string(LENGTH, LETTERS)
    return "-".join(letters[first : first + GROUP] for first in range(0, LENGTH, GROUP))


def make_vouchers(offer_id: int, codes: Sequence[NewCode]) -> dict[str, int]:
    """A single-use voucher for each, in five statements however many there are; gives its number by the code.

    They stand in one set of the offer's: by its name Oscar's pages call them, where each one's own must differ.
    """
    model = get_model("voucher", "Voucher")
    of_offer = _voucher_set(offer_id, codes[0])
    rows = [
        model(code=one.code, name=f"{one.name[:100]} · {one.code}", usage=model.SINGLE_USE,
              start_datetime=one.since, end_datetime=one.until, voucher_set=of_offer)
        for one in codes
    ]  # fmt: skip
    with transaction.atomic():
        made = model.objects.bulk_create(rows)
        link = model.offers.through
        link.objects.bulk_create([link(voucher_id=one.pk, conditionaloffer_id=offer_id) for one in made])
    return {one.code: one.pk for one in made}


def _voucher_set(offer_id: int, first: NewCode) -> Any:
    sets, known = get_model("voucher", "VoucherSet").objects, {"description": f"Personal offer {offer_id}"}
    if (found := sets.filter(**known).order_by("pk").first()) is not None:
        return found
    name = first.name[:80] if not sets.filter(name=first.name[:80]).exists() else f"{first.name[:80]} (#{offer_id})"
    more = {"count": 0, "code_length": LENGTH, "start_datetime": first.since, "end_datetime": first.until}
    return sets.get_or_create(name=name, defaults=known | more)[0]


def end_vouchers(voucher_ids: Collection[int], *, at: datetime) -> int:
    """They are valid no longer; what was ordered with them stays."""
    live = get_model("voucher", "Voucher").objects.filter(pk__in=voucher_ids, end_datetime__gt=at)
    return int(live.update(end_datetime=at))


def tables() -> dict[str, str]:
    """Oscar's tables of baskets, orders and their discounts, quoted."""
    models = {"baskets": ("basket", "Basket"), "orders": ("order", "Order"), "discounts": ("order", "OrderDiscount")}
    return {name: connection.ops.quote_name(get_model(*one)._meta.db_table) for name, one in models.items()}


def frozen() -> str:
    """The status of a basket whose payment is on its way."""
    return str(get_model("basket", "Basket").FROZEN)


@dataclass(frozen=True)
class Discount:
    """A discount that an order had by an offer."""

    offer_id: int
    order_id: int
    order_number: str
    basket_id: int | None
    voucher_id: int | None
    amount: Decimal
    placed_at: datetime


def discounts(offer_ids: Collection[int], *, since: datetime) -> list[Discount]:
    """All that these offers took off the orders placed since."""
    rows = get_model("order", "OrderDiscount").objects.filter(offer_id__in=offer_ids, order__date_placed__gte=since)
    names = ("offer_id", "order_id", "order__number", "order__basket_id", "voucher_id", "amount", "order__date_placed")
    return [Discount(*row) for row in rows.order_by("pk").values_list(*names)]


def redeemed(offer_ids: Collection[int]) -> Mapping[int, Redeemed]:
    """Orders, discount and revenue of each: of codes by the rows in which Oscar notes that a voucher was used."""
    if not offer_ids:
        return {}
    discounted = get_model("order", "OrderDiscount").objects.filter(offer_id__in=offer_ids)
    rows = discounted.order_by().values("offer_id")
    told = rows.annotate(
        orders=Count("order", distinct=True), discount=Sum("amount"), revenue=Sum("order__total_incl_tax")
    )
    return {
        row["offer_id"]: Redeemed(row["orders"], row["discount"] or Decimal(0), row["revenue"] or Decimal(0))
        for row in told
    }


def used_vouchers(voucher_ids: Collection[int]) -> int:
    """How many orders noted that they used one of these."""
    return int(get_model("voucher", "VoucherApplication").objects.filter(voucher__in=voucher_ids).count())


def vouchers_in_basket(request: Any) -> set[int]:
    """The vouchers on the open basket of whoever looks: one query."""
    mine = my_basket(request)
    if mine is None:
        return set()
    link = get_model("basket", "Basket").vouchers.through.objects.filter(mine, basket__status="Open")
    return set(link.values_list("voucher_id", flat=True))
