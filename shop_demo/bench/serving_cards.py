"""Our product cards beside Oscar's own product partial, for the same goods."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest
from django.template import engines
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from oscar.core.loading import get_model

from personalization import shop
from personalization.storefront.blocks import TEMPLATE, Shown
from shop_demo.bench.serving_line import Work

_OSCARS = (
    "{% load product_tags %}<ol>{% for product in products %}<li>{% render_product product %}</li>{% endfor %}</ol>"
)


def card_lines(products: Sequence[Any], request: HttpRequest) -> Iterator[tuple[str, Work]]:
    """Loading and showing these goods, ours and Oscar's in turn."""
    ids = [one.pk for one in products]
    template = engines["django"].from_string(_OSCARS)

    def ours() -> str:
        cards, _ = shop.cards(ids, buying=shop.buying(request))
        return _shown(cards, request)

    def oscars() -> str:
        # As Oscar's own lists of goods ask for them.
        goods = get_model("catalogue", "Product").objects.browsable().base_queryset().filter(pk__in=ids)
        return str(template.render({"products": list(goods)}, request))

    yield f"{len(ids)} cards, loaded and rendered: ours", ours
    yield f"{len(ids)} cards, loaded and rendered: Oscar's", oscars
    cards, _ = shop.cards(ids, buying=shop.buying(request))
    yield f"{len(ids)} cards, rendered only: ours", lambda: _shown(cards, request)
    goods = list(get_model("catalogue", "Product").objects.browsable().base_queryset().filter(pk__in=ids))
    template.render({"products": goods}, request)  # Oscar's partial asks for each product's stock and picture: now kept
    yield f"{len(ids)} cards, rendered only: Oscar's", lambda: template.render({"products": goods}, request)


def _shown(cards: list[shop.ProductCard], request: HttpRequest) -> str:
    block = Shown(title="Goods", cards=cards, slug="bench")
    return render_to_string(TEMPLATE, {"block": block, "request": request, **csrf(request)})
