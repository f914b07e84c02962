"""A product as the rules see it, read in one query for all candidates of a block."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from personalization.recommend.facts.models import ProductFact

# Between the values of variants that differ; a comma may stand in a value.
SEVERAL = "\n"


class Label(NamedTuple):
    """Where a product belongs: all that caps and tastes look at, for a fraction of what its whole fact costs."""

    product_id: int
    category_ids: tuple[int, ...] = ()
    brand: str = ""

    @property
    def category_id(self) -> int | None:
        """The deepest category."""
        return self.category_ids[0] if self.category_ids else None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a product; of one that the job has not met yet, next to nothing."""

    product_id: int
    category_ids: tuple[int, ...] = ()
    brand: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    usual_price: Decimal | None = None
    is_buyable: bool = True
    listed_at: datetime | None = None
    margin: float | None = None
    currency: str = ""
    # Pieces that can be bought; None where the shop does not count them.
    left: int | None = None
    # Which share of the goods of its category is cheaper; None without a price.
    price_place: float | None = None
    restocked_at: datetime | None = None
    # After how many days shoppers usually buy it again.
    usual_gap_days: float | None = None

    @property
    def category_id(self) -> int | None:
        """The deepest category."""
        return self.category_ids[0] if self.category_ids else None

    def values_of(self, attribute: str) -> list[str]:
        """What this attribute says: one value, or those of all variants that differ."""
        return self.attributes[attribute].split(SEVERAL) if attribute in self.attributes else []

    @property
    def discount(self) -> float:
        """By which share it is cheaper than it was within thirty days: 0.2 is twenty per cent."""
        if not self.price or not self.usual_price or self.usual_price <= self.price:
            return 0.0
        return float(1 - self.price / self.usual_price)


_COLUMNS = (
    "product_id", "category_ids", "brand", "attributes", "price", "usual_price", "is_buyable", "listed_at", "margin",
    "currency", "left", "price_place", "restocked_at", "usual_gap_days",
)  # fmt: skip
_READ = f"""
SELECT {", ".join(f'"{name}"' for name in _COLUMNS)} FROM personalization_productfact WHERE product_id = ANY(%s)
"""  # noqa: S608 - names of our own

_LABELS = """
SELECT product_id, category_ids, brand FROM personalization_productfact WHERE product_id = ANY(%s)
"""
Labelled = Label | Fact


def read(product_ids: Collection[int]) -> dict[int, Fact]:
    """The facts of these products: one query. A product without a row is left out."""
    with connection.cursor() as cursor:
        # By hand: the ORM takes longer to put the query together than PostgreSQL to answer it.
        cursor.execute(_READ, [list(product_ids)])
        return {row[0]: _fact((*row[:3], json.loads(row[3]), *row[4:])) for row in cursor.fetchall()}


def read_labels(product_ids: Collection[int]) -> dict[int, Label]:
    """Where these products belong: one query. A product without a row is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, [list(product_ids)])
        return {pk: Label(pk, tuple(categories), brand) for pk, categories, brand in cursor.fetchall()}


def all_of(rows: QuerySet[ProductFact]) -> Iterator[Fact]:
    """The facts of all these rows, read piece by piece: for whole catalogues, not for pages."""
    return map(_fact, rows.values_list(*_COLUMNS).iterator(chunk_size=2000))


def _fact(row: tuple[Any, ...]) -> Fact:
    return Fact(row[0], tuple(row[1]), *row[2:])
