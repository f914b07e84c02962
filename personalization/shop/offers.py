"""What the shop's offers make of a set of goods, asked of Oscar itself with a basket that is never saved."""

import hashlib
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from oscar.core.loading import get_class, get_model

from personalization.shop.buying import Models, buying

logger = logging.getLogger("personalization")

_OF_A_RANGE = ("id", "type", "value", "proxy_class", "range_id", "range__includes_all_products", "range__proxy_class")
_SAYS = (
    "pk", "priority", "exclusive", "start_datetime", "end_datetime", "max_global_applications",
    "max_user_applications", "max_basket_applications", "max_discount", "benefit__max_affected_items",
    *(f"{part}__{name}" for part in ("condition", "benefit") for name in _OF_A_RANGE),
)  # fmt: skip


@dataclass(frozen=True)
class JointPrice:
    """What a set costs a stranger, and what an offer makes of it; `reduced` is None where nothing is sure."""

    full: Decimal
    currency: str
    reduced: Decimal | None


def site_offers_key() -> str:
    """A fingerprint of all that the running offers for everybody say; empty without any: one query."""
    model = get_model("offer", "ConditionalOffer")
    told = list(model.active.filter(offer_type=model.SITE).order_by("pk").values_list(*_SAYS))
    return hashlib.sha256(repr(told).encode()).hexdigest() if told else ""


def joint_prices(sets: Collection[tuple[int, ...]]) -> dict[tuple[int, ...], JointPrice]:
    """What each of these sets costs; one that can't be bought, or that Oscar can't price, is left out."""
    if not sets:
        return {}
    products = _products({one for goods in sets for one in goods})
    strategy = buying().strategy
    offers = get_class("offer.applicator", "Applicator")().get_offers(_basket((), strategy))
    found = {}
    for goods in sets:
        if all(one in products for one in goods):
            try:
                joint = _joint([products[one] for one in goods], offers=offers, strategy=strategy)
            except Exception:  # an offer of the shop's own may do anything, and the other sets still need their price
                logger.exception("The shop's offers can't be tried on the products %s", goods)
                continue
            if joint is not None:
                found[goods] = joint
    return found


def _products(ids: Iterable[int]) -> dict[int, Models]:
    products = get_model("catalogue", "Product").objects.filter(pk__in=list(ids))
    return products.select_related("product_class").prefetch_related("stockrecords").in_bulk()  # type: ignore[no-any-return]


def _joint(products: Sequence[Models], *, offers: Sequence[Any], strategy: Any) -> JointPrice | None:
    infos = [strategy.fetch_for_product(product) for product in products]
    if not all(info.availability.is_available_to_buy and info.price.exists for info in infos):
        return None
    pairs = list(zip(products, infos, strict=True))
    if len({info.price.currency for info in infos}) > 1:
        return None
    plain, whole, promised = _total(pairs, (), strategy), _total(pairs, offers, strategy), _for_everybody(offers)
    # What only some get, or only the first to come, is no promise; and where it would change the sum, nothing is.
    is_sure = whole < plain and (len(promised) == len(offers) or _total(pairs, promised, strategy) == whole)
    return JointPrice(plain, infos[0].price.currency, whole if is_sure else None)


def _for_everybody(offers: Iterable[Any]) -> list[Any]:
    """Without those that ask who it is, or that are used up one day."""
    return [
        one
        for one in offers
        if not (one.max_user_applications or one.max_global_applications or one.max_discount)
        and not (one.condition.proxy_class or one.benefit.proxy_class)
    ]


def _total(pairs: Sequence[tuple[Models, Any]], offers: Sequence[Any], strategy: Any) -> Decimal:
    basket = _basket(pairs, strategy)
    get_class("offer.applicator", "Applicator")().apply_offers(basket, offers)
    total: Decimal = basket.total_incl_tax if basket.is_tax_known else basket.total_excl_tax
    return total


def _basket(pairs: Sequence[tuple[Models, Any]], strategy: Any) -> Any:
    """A basket that Oscar's offers can't tell from a saved one: an id that no row has, and its lines at hand."""
    basket = get_model("basket", "Basket")(pk=0)
    basket.strategy = strategy
    line_model = get_model("basket", "Line")
    # A queryset that has been read, as the basket itself keeps its lines.
    lines = line_model.objects.filter(basket=0)
    lines._result_cache = [
        line_model(
            pk=-number, basket=basket, product=product, stockrecord=info.stockrecord, quantity=1,
            line_reference=f"{product.pk}", price_currency=info.price.currency, price_excl_tax=info.price.excl_tax,
        )
        for number, (product, info) in enumerate(pairs, 1)
    ]  # fmt: skip
    basket._lines = lines
    return basket
