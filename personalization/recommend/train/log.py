"""What a shop remembers, as plain arrays: the only thing a learner ever sees."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Floats = NDArray[np.float64]

STRANGER = -1
UNKNOWN = -1


class UnevenColumns(ValueError):
    """Every column of a table needs one value per row: check the query that filled it."""


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length; a row is one position in all of them."""

    def __post_init__(self) -> None:
        lengths = {len(column) for column in self._columns().values()}
        if len(lengths) > 1:
            raise UnevenColumns(UnevenColumns.__doc__)

    def _columns(self) -> Mapping[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def only(self, rows: NDArray[Any]) -> Self:
        """The same table with the given rows, by mask or by position."""
        return replace(self, **{name: column[rows] for name, column in self._columns().items()})


@dataclass(frozen=True, eq=False)
class Purchases(Table):
    """One row per bought line, oldest first; `shopper` is -1 where nobody signed in."""

    shopper: Ids
    basket: Ids
    product: Ids
    day: Floats  # days since 1970-01-01, with the time of day as the fraction
    quantity: Floats
    price: Floats  # of one piece, as paid


@dataclass(frozen=True, eq=False)
class Visits(Table):
    """One row per product looked at, oldest first; `visitor` is one browsing session."""

    visitor: Ids
    product: Ids
    day: Floats


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The products that may be shown, with a leaf category (-1 unknown) and words to compare them by.

    `aisle` is the category above the leaf, `maker` the brand, -1 unknown; None in a shop that knows neither.
    """

    product: Ids
    category: Ids
    text: tuple[str, ...]
    aisle: Ids | None = None
    maker: Ids | None = None

    def __post_init__(self) -> None:
        columns = (self.category, self.text, self.aisle, self.maker)
        if any(column is not None and len(column) != len(self.product) for column in columns):
            raise UnevenColumns(UnevenColumns.__doc__)

    def only(self, rows: Ids) -> "Catalogue":
        """The products at these positions."""
        return Catalogue(
            self.product[rows],
            self.category[rows],
            tuple(self.text[row] for row in rows.tolist()),
            aisle=None if self.aisle is None else self.aisle[rows],
            maker=None if self.maker is None else self.maker[rows],
        )


@dataclass(frozen=True, eq=False)
class ShopLog:
    """Everything one training run may look at."""

    purchases: Purchases
    visits: Visits
    catalogue: Catalogue

    def until(self, day: float) -> "ShopLog":
        """The log as it was at that moment: nothing that happened on or after `day`."""
        return replace(
            self,
            purchases=self.purchases.only(self.purchases.day < day),
            visits=self.visits.only(self.visits.day < day),
        )

    @property
    def last_day(self) -> float:
        """The moment of the newest purchase or visit; 0 in an empty shop."""
        return max((float(table.day.max()) for table in (self.purchases, self.visits) if len(table.day)), default=0.0)
