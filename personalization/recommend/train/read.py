"""Reads the shop's log and catalogue from PostgreSQL into the plain arrays that learners see."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import numpy as np

from personalization import shop
from personalization.events import totals
from personalization.recommend.models import ItemVector
from personalization.recommend.train.answers import Vectors
from personalization.recommend.train.credence import believed
from personalization.recommend.train.log import UNKNOWN, Catalogue, Ids, Purchases, ShopLog, Visits

DAY = 86_400.0
PRODUCTS_AT_ONCE = 5_000


def read_log(*, since: datetime, until: datetime) -> ShopLog:
    """Everything that happened in [since, until) and is believed, and the products that may be offered today."""
    return believed(ShopLog(purchases=_purchases(since, until), visits=_visits(since, until), catalogue=_catalogue()))


def read_vectors(run_id: int | None) -> Vectors | None:
    """The vectors of a version, to start the next one from; None when it has none."""
    rows = list(
        ItemVector.objects.filter(run_id=run_id).order_by("product_id").values_list("product_id", "inward", "outward")
    )
    if not rows:
        return None
    products, into, out = zip(*rows, strict=True)
    return Vectors(np.array(products, dtype=np.int64), _matrix(into), _matrix(out))


def as_day(moment: datetime) -> float:
    """A moment as learners count it: days since 1970, with the time of day as the fraction."""
    return moment.timestamp() / DAY


def _purchases(since: datetime, until: datetime) -> Purchases:
    shopper, basket, product, day, quantity, value = _columns(totals.purchases(since=since, until=until), width=6)
    return Purchases(
        shopper=shopper.astype(np.int64), basket=basket.astype(np.int64), product=product.astype(np.int64),
        day=day, quantity=quantity, price=value / np.maximum(quantity, 1.0),
    )  # fmt: skip


def _visits(since: datetime, until: datetime) -> Visits:
    visitor, product, day = _columns(totals.visits(since=since, until=until), width=3)
    order = np.argsort(day, kind="stable")
    return Visits(visitor=visitor.astype(np.int64)[order], product=product.astype(np.int64)[order], day=day[order])


def _catalogue() -> Catalogue:
    listed = list(shop.catalogue())
    return Catalogue(
        product=np.array([one.id for one in listed], dtype=np.int64),
        category=_ids(one.category_id for one in listed),
        text=tuple(one.words for one in listed),
        aisle=_ids(one.aisle_id for one in listed),
        maker=_makers([one.id for one in listed]),
    )


def _ids(values: Iterable[int | None]) -> Ids:
    return np.array([UNKNOWN if value is None else value for value in values], dtype=np.int64)


def _makers(products: list[int]) -> Ids:
    """A number for each brand; which one it gets says nothing, only which products share it."""
    brands: dict[int, str] = {}
    for start in range(0, len(products), PRODUCTS_AT_ONCE):
        told = shop.traits(products[start : start + PRODUCTS_AT_ONCE])
        brands |= {product: min(one.brands) for product, one in told.items() if one.brands}
    numbers = {brand: number for number, brand in enumerate(sorted(set(brands.values())))}
    return _ids(numbers[brands[product]] if product in brands else None for product in products)


def _columns(batches: Iterator[list[tuple[Any, ...]]], *, width: int) -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    # Batch by batch into arrays: a year of a large shop as Python tuples would take ten times the memory.
    # Ids fit: a float64 holds every whole number up to 2^53.
    arrays = [np.array(batch, dtype=np.float64) for batch in batches]
    table = np.concatenate(arrays) if arrays else np.empty((0, width))
    return [table[:, position].copy() for position in range(width)]


def _matrix(rows: tuple[bytes, ...]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.frombuffer(b"".join(bytes(row) for row in rows), dtype="<f4").reshape(len(rows), -1).copy()
