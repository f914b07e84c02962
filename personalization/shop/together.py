"""Several goods into the basket at once, or none of them; and out again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from personalization.shop.buying import Models


@dataclass(frozen=True)
class Together:
    """What became of it: the titles of what was moved; or of what stood in the way, and why."""

    moved: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    why: str = ""


def sold_alone(product_ids: Iterable[int]) -> set[int]:
    """Those of these listed products that go into a basket as they are: no variant or option to choose. One query."""
    products = get_model("catalogue", "Product").objects.browsable().filter(pk__in=list(product_ids))
    choosing = Q(product_options__required=True) | Q(product_class__options__required=True)
    return set(products.exclude(structure="parent").exclude(choosing).values_list("pk", flat=True))


@transaction.atomic
def add_together(request: HttpRequest, product_ids: Sequence[int]) -> Together:
    """Puts one of each into the basket as Oscar itself would, signals and all; nothing if anything is in the way."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    if not _may_change(basket):
        return Together(why=_("This basket is being paid for and can't be changed now."))
    products = _products(product_ids)
    if len(products) < len(product_ids):
        return Together(why=_("The shop does not have all of these any more."))
    infos = [basket.strategy.fetch_for_product(one) for one in products]
    missing = [
        one.get_title() for one, info in zip(products, infos, strict=True) if not _is_to_be_had(basket, one, info)
    ]
    if missing:
        return Together(missing=tuple(missing))
    if len({info.price.currency for info in infos} | ({basket.currency} - {None})) > 1:
        return Together(why=_("These are not sold in the currency of your basket."))
    is_allowed, why = basket.is_quantity_allowed(len(products))
    if not is_allowed:
        return Together(why=str(why))
    for one in products:
        _add(request, basket, one)
    return Together(moved=tuple(one.get_title() for one in products))


@transaction.atomic
def take_out_together(request: HttpRequest, product_ids: Sequence[int]) -> Together:
    """Takes one of each out of the basket again, as far as they lie in it."""
    basket: Any = request.basket  # type: ignore[attr-defined]
    if not basket.id or not _may_change(basket):
        return Together(why=_("This basket is being paid for and can't be changed now.") if basket.id else "")
    taken: list[Any] = []
    for line in basket.lines.filter(product__in=list(product_ids)).select_related("product").order_by("-pk"):
        if line.product_id in {one.product_id for one in taken}:
            continue
        taken.append(line)
        if line.quantity > 1:
            line.quantity -= 1
            line.save()
        else:
            line.delete()
    basket.reset_offer_applications()
    return Together(moved=tuple(line.product.get_title() for line in taken))


def _may_change(basket: Any) -> bool:
    """Open now, whatever it was when the page began: another window may be paying for it."""
    if not basket.id:
        return True
    model = get_model("basket", "Basket")
    status = model.objects.select_for_update().filter(pk=basket.id).values_list("status", flat=True).first()
    return status in basket.editable_statuses


def _products(product_ids: Sequence[int]) -> list[Models]:
    alone = sold_alone(product_ids)
    products = get_model("catalogue", "Product").objects.select_related("product_class").in_bulk(list(alone))
    return [products[one] for one in product_ids if one in products]


def _is_to_be_had(basket: Any, product: Models, info: Any) -> bool:
    """One more than lies in the basket."""
    lines = basket.all_lines() if basket.id else ()
    held = sum(line.quantity for line in lines if line.product_id == product.pk)
    is_permitted: bool = info.price.exists and info.stockrecord is not None
    return is_permitted and bool(info.availability.is_purchase_permitted(quantity=held + 1)[0])


@dataclass(frozen=True)
class Addition:
    """The sender of Oscar's signal, with what its own view has."""

    line: Any
    line_created: bool


def _add(request: HttpRequest, basket: Any, product: Models) -> None:
    line, is_new = basket.add_product(product, quantity=1)
    signal = get_class("basket.signals", "basket_addition")
    signal.send(sender=Addition(line, is_new), product=product, user=request.user, request=request)
