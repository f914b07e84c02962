"""A shop to look at, and the look."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from oscar.core.loading import get_model

from personalization.recommend.facts.models import ProductFact
from personalization.recommend.facts.refresh import Refreshed, refresh_all
from tests.people import NOW, Shop


@pytest.fixture
def fact(shop: Shop) -> Callable[[str], ProductFact]:
    """The row of a product by its title."""
    return lambda title: ProductFact.objects.get(product_id=shop[title].pk)


@pytest.fixture
def looked(shop: Shop) -> Refreshed:
    """Every product was looked at once."""
    return refresh_all(now=NOW)


def costs(product: Any, price: str) -> None:
    """The owner sets another price."""
    record = product.stockrecords.get()
    record.price = Decimal(price)
    record.save()


def holds(product: Any, pieces: int) -> None:
    """The owner counts the stock."""
    record = product.stockrecords.get()
    record.num_in_stock = pieces
    record.save()


def says(product: Any, code: str, value: Any, kind: str = "text") -> None:
    """The owner gives it an attribute."""
    attribute, _ = get_model("catalogue", "ProductAttribute").objects.get_or_create(
        code=code, product_class=product.get_product_class(), defaults={"name": code.title(), "type": kind}
    )
    get_model("catalogue", "ProductAttributeValue").objects.create(
        attribute=attribute, product=product, **{f"value_{kind}": value}
    )


def saved_at(product: Any, moment: datetime) -> None:
    """Oscar's own dates of a product and its stock, as if the shop's clock had stood there."""
    get_model("catalogue", "Product").objects.filter(pk=product.pk).update(date_updated=moment)
    product.stockrecords.update(date_updated=moment)
