"""A product as the rules see it, read in one query for all candidates of a block."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from personalization.recommend.facts.models import ProductFact


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

    @property
    def category_id(self) -> int | None:
        """The deepest category."""
        return self.category_ids[0] if self.category_ids else None

    @property
    def discount(self) -> float:
        """By which share it is cheaper than it was within thirty days: 0.2 is twenty per cent."""
        if not self.price or not self.usual_price or self.usual_price <= self.price:
            return 0.0
        return float(1 - self.price / self.usual_price)


_COLUMNS = (
    "product_id", "category_ids", "brand", "attributes", "price", "usual_price", "is_buyable", "listed_at", "margin",
)  # fmt: skip


def read(product_ids: Collection[int]) -> dict[int, Fact]:
    """The facts of these products: one query. A product without a row is left out."""
    rows = ProductFact.objects.filter(product_id__in=product_ids).values_list(*_COLUMNS)
    return {row[0]: Fact(row[0], tuple(row[1]), *row[2:]) for row in rows}
