"""Product cards: the few goods that a block shows, loaded at the end, in two queries."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from oscar.core.loading import get_model

from personalization.conf import conf
from personalization.shop.buying import Buying, Models, shown_price
from personalization.shop.loaded import Stock
from personalization.shop.variants import NO_HABIT, Usual, usual_variants


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
    product_ids: Sequence[int], *, buying: Buying, titles_of: Iterable[int] = (), usual: Usual = NO_HABIT
) -> tuple[list[ProductCard], dict[int, str]]:
    """The cards of those products that may be bought now, in the given order, and the titles of some others.

    One query, however many products.
    """
    named = set(titles_of)
    shelf = Shelf.of(product_ids, buying=buying, titles_of=named, usual=usual)
    return [finished(card) for card in shelf], shelf.titles(named)


@dataclass(frozen=True)
class Shelf:
    """Products to take cards from, one after another; what is not reached costs hardly anything.

    A product with variants opens on the `usual` one, if that can be bought. Cards are not `finished`: a third of the
    work is in what only a shown card needs.
    """

    asked: Sequence[int]
    stock: Stock
    buying: Buying
    preferred: Mapping[int, Sequence[int]]

    @classmethod
    def of(
        cls,
        product_ids: Sequence[int],
        *,
        buying: Buying,
        titles_of: Iterable[int] = (),
        usual: Usual = NO_HABIT,
    ) -> "Shelf":
        """One query, however many products: listed products with their variants and stock; for sizes one more."""
        asked = list(dict.fromkeys(product_ids))
        stock = Stock.read(asked, titles_of)
        return cls(asked, stock, buying, usual_variants(stock.families, usual))

    def __iter__(self) -> Iterator[ProductCard]:
        """The cards of those that may be bought now, in the order in which they were asked for."""
        for pk in self.asked:
            product = self.stock.product(pk)
            if product is not None and product.is_public:
                card = self._usual_card(product) or _card(product, self.buying)
                if card is not None:
                    yield card

    def titles(self, product_ids: Iterable[int]) -> dict[int, str]:
        """How these are called, of those whose titles were asked for."""
        found = {one: self.stock.title(one) for one in product_ids}
        return {pk: title for pk, title in found.items() if title is not None}

    def _usual_card(self, product: Models) -> ProductCard | None:
        variants = {one.pk: one for one in product.get_public_children()} if product.pk in self.preferred else {}
        for pk in self.preferred.get(product.pk, ()):
            card = _card(variants[pk], self.buying)
            if card is not None:
                # A variant without a name of its own is chosen on its page, where one sees what it is.
                return replace(card, id=product.pk, variant_id=pk, has_variants=not variants[pk].title)
        return None


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
