"""Orders and their lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min
from oscar.core.loading import get_model


@dataclass(frozen=True)
class OrderLine:
    """A line of an order, of a product that the shop may list today or no longer."""

    id: int
    order_id: int
    placed_at: datetime
    status: str
    user_id: int | None
    product_id: int | None
    variant_id: int | None
    quantity: int
    value: Decimal


def first_order_at() -> datetime | None:
    """When the shop took its first order."""
    return get_model("order", "Order").objects.aggregate(first=Min("date_placed"))["first"]  # type: ignore[no-any-return]


def order_lines(
    *, order_ids: Sequence[int] | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[OrderLine]:
    """Order lines of some orders, or of the orders placed in [since, until)."""
    lines = get_model("order", "Line").objects.order_by("pk")
    if order_ids is not None:
        lines = lines.filter(order__in=order_ids)
    if since is not None:
        lines = lines.filter(order__date_placed__gte=since)
    if until is not None:
        lines = lines.filter(order__date_placed__lt=until)
    rows = lines.values_list(
        "pk", "order_id", "order__date_placed", "order__status", "order__user_id",
        "product_id", "product__parent_id", "quantity", "line_price_incl_tax",
    )  # fmt: skip
    for pk, order_id, placed_at, status, user_id, product_id, parent_id, quantity, value in rows.iterator(
        chunk_size=5000
    ):
        variant_id = product_id if parent_id else None
        yield OrderLine(pk, order_id, placed_at, status, user_id, parent_id or product_id, variant_id, quantity, value)


def count_order_lines(*, since: datetime, until: datetime, without: Iterable[str]) -> int:
    """How many lines the orders placed in [since, until) have; orders in some statuses are left out."""
    lines = get_model("order", "Line").objects.filter(order__date_placed__gte=since, order__date_placed__lt=until)
    return lines.exclude(order__status__in=list(without)).count()  # type: ignore[no-any-return]
