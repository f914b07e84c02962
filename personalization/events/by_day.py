"""What learning reads of one day of the log, with a mark that changes when any of it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from personalization.conf import conf
from personalization.events.identifiers import first_id
from personalization.events.totals import LOOKS, LOOKS_A_DAY, PURCHASES, Batch, stream

# A visit keeps its number from night to night and over midnight: a hash of its name, or of its first look.
_VISITS = (
    LOOKS  # noqa: S608 - constants
    + """
, named AS (
    SELECT id, product_id, day, look,
           coalesce(visit_id::text, first_value(id) OVER (PARTITION BY whose, gaps, visit_id ORDER BY id)::text) AS name
    FROM visits
)
SELECT hashtextextended(name, 0) & 9223372036854775807, product_id, day
FROM named
WHERE look <= %s AND id >= %s
ORDER BY day, id
"""
)


@dataclass(frozen=True)
class Rows:
    """The rows of a day, read anew each time somebody asks."""

    columns: tuple[str, ...]
    query: str
    values: tuple[Any, ...]

    def __iter__(self) -> Iterator[Batch]:
        return stream(self.query, list(self.values))

    def mark(self) -> str:
        """How many rows, and the sum of their hashes; empty for none. The rows stay in the database."""
        told = f"SELECT count(*), sum(hashtextextended(rows::text, 0)) FROM ({self.query}) rows"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(told, list(self.values))
            count, hashes = cursor.fetchone()
        return f"{count}:{hashes}" if count else ""


def purchases(*, since: datetime, until: datetime) -> Rows:
    """Every bought line of [since, until), as `totals.purchases` gives them."""
    columns = ("shopper", "basket", "product", "day", "quantity", "value")
    return Rows(columns, PURCHASES, (first_id(since), first_id(until), conf.BULK_QUANTITY))


def visits(*, since: datetime, until: datetime) -> Rows:
    """Every look at a product of [since, until), at most one day, as `totals.visits` counts them."""
    # A visit without a name may have begun before midnight.
    before = first_id(since - timedelta(days=1))
    return Rows(("visitor", "product", "day"), _VISITS, (before, first_id(until), LOOKS_A_DAY, first_id(since)))
