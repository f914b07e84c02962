"""Product cards: the few goods that a block shows, loaded at the end, in two queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from oscar.core.loading import get_model

from personalization.conf import conf
from personalization.shop.buying import Buying, Models, shown_price
from personalization.shop.stock import attach
from personalization.shop.variants import NO_HABIT, Usual, usual_variants

# What no card shows, and what is long.
LONG = ("description", "meta_title", "meta_description")


@dataclass(frozen=True)
class ProductCard:
    """A product that may be bought now, with all that a card shows."""

    id: int
    title: str
    url: str
    add_url: str
    picture: Any
    price: Decimal | None
    currency: str
    has_variants: bool
    low_stock: int | None
    was_price: Decimal | None = None
    reason: str = ""
    # The variant that this person takes as a rule: the card opens on it, and its button adds it.
    variant_id: int | None = None
    # What is left of the goods it was made from, until it is finished.
    _product: Models = field(default=None, repr=False, compare=False)

    @property
    def is_from_price(self) -> bool:
        """The price is the lowest of several variants."""
        return self.has_variants


def cards(
    product_ids: Sequence[int],
    *,
    buying: Buying,
    titles_of: Iterable[int] = (),
    finish: bool = True,
    usual: Usual = NO_HABIT,
) -> tuple[list[ProductCard], dict[int, str]]:
    """The cards of those products that may be bought now, in the given order, and the titles of some others.

    Two queries, however many products: listed products with their variants, and their stock records. Whoever asks for
    spare ones has the chosen ones `finished` by itself: a third of the work is in what only a shown card needs.
    A product with variants opens on the `usual` one, if that can be bought: for sizes one query more.
    """
    asked, named = list(dict.fromkeys(product_ids)), set(titles_of)
    if not asked and not named:
        return [], {}
    listed, variants = _load(asked, named)
    attach(listed, variants)
    preferred = usual_variants(variants, usual)
    shown = [listed[one] for one in asked if one in listed and listed[one].is_public]
    found = [_usual_card(product, preferred.get(product.pk, ()), buying) or _card(product, buying) for product in shown]
    return [finished(card) if finish else card for card in found if card is not None], {
        one: listed[one].get_title() for one in named if one in listed
    }


def finished(card: ProductCard) -> ProductCard:
    """With its addresses and its picture."""
    product = card._product
    if product is None:
        return card
    name = product.picture_name or (product.parent.picture_name if card.variant_id else None)
    picture = get_model("catalogue", "ProductImage")(original=name) if name else None
    # Oscar shows a variant on the page of its product; a shop's page may open on the one that is named.
    url = (
        product.parent.get_absolute_url() + f"?variant={product.pk}" if card.variant_id else product.get_absolute_url()
    )
    return replace(
        card,
        url=url,
        add_url=reverse("basket:add", kwargs={"pk": product.pk}),
        picture=picture.original if picture else None,
        _product=None,
    )


def _load(asked: list[int], named: set[int]) -> tuple[dict[int, Models], dict[int, list[Models]]]:
    product_model, image_model = get_model("catalogue", "Product"), get_model("catalogue", "ProductImage")
    picture = image_model.objects.filter(product=OuterRef("pk")).order_by("display_order").values("original")[:1]
    wanted = Q(pk__in={*asked, *named}, parent=None) | Q(parent__in=asked, is_public=True)
    listed: dict[int, Models] = {}
    variants: dict[int, list[Models]] = defaultdict(list)
    for product in (
        product_model.objects.filter(wanted)
        .select_related("product_class")
        .defer(*LONG)
        .annotate(picture_name=Subquery(picture))
    ):
        if product.parent_id:
            variants[product.parent_id].append(product)
        else:
            listed[product.pk] = product
    return listed, variants


def _usual_card(product: Models, preferred: Iterable[Models], buying: Buying) -> ProductCard | None:
    for variant in preferred:
        card = _card(variant, buying)
        if card is not None:
            # A variant without a name of its own is chosen on its page, where one sees what it is.
            return replace(card, id=product.pk, variant_id=variant.pk, has_variants=not variant.title)
    return None


def _card(product: Models, buying: Buying) -> ProductCard | None:
    offer = buying.offer(product)
    if offer is None:
        return None
    left = None if product.is_parent else getattr(offer.availability, "num_available", None)
    return ProductCard(
        id=product.pk,
        title=product.get_title(),
        url="",
        add_url="",
        picture=None,
        price=shown_price(offer),
        currency=offer.price.currency,
        has_variants=product.is_parent,
        low_stock=left if left is not None and 0 < left <= conf.LOW_STOCK else None,
        _product=product,
    )
