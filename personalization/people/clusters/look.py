"""Profiles as rows of numbers: how somebody buys, and what they care for."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

# Who has done less than this has shown no habits that could be like anybody's.
LEAST_VIEWS, LEAST_ORDERS = 3, 1
CATEGORIES = 40
BATCH = 10_000
DAY = 86_400.0
# In the order of the query below.
HABITS = ("orders", "days_since", "average_order", "discount_share", "visits", "price_tier", "units")

_ROWS = """
SELECT person, orders, extract(epoch FROM %(now)s - coalesce(last_order_at, last_seen_at)), average_order,
       discount_share, visits, price_tier, average_units, categories
FROM personalization_profile
WHERE (orders >= %(orders)s OR views >= %(views)s) AND draw < %(draws)s
"""

# The categories that people care for most; what nobody shares says nothing of likeness.
_TOP = """
SELECT one.key FROM personalization_profile, LATERAL jsonb_each_text(categories) AS one
WHERE (orders >= %(orders)s OR views >= %(views)s) AND draw < %(draws)s
GROUP BY one.key ORDER BY sum(one.value::float) DESC, one.key LIMIT %(most)s
"""


@dataclass(frozen=True)
class Looks:
    """Some people, and a row of numbers for each; NaN where something is not known."""

    people: list[uuid.UUID]
    habits: Matrix
    tastes: Matrix


def top_categories(*, draws: int) -> list[str]:
    """The ids of the categories that make the columns of tastes."""
    with connection.cursor() as cursor:
        cursor.execute(_TOP, {"orders": LEAST_ORDERS, "views": LEAST_VIEWS, "draws": draws, "most": CATEGORIES})
        return [key for (key,) in cursor.fetchall()]


def looks(categories: Sequence[str], *, draws: int, now: datetime) -> Iterator[Looks]:
    """Everybody of these draws (of 10,000) with habits, some thousands at a time: the memory stays flat."""
    column = {key: place for place, key in enumerate(categories)}
    values = {"now": now, "orders": LEAST_ORDERS, "views": LEAST_VIEWS, "draws": draws}
    # A cursor of the server's lives in a transaction.
    with transaction.atomic(), connection.connection.cursor(name="personalization_looks") as cursor:
        cursor.itersize = BATCH
        cursor.execute(_ROWS, values)
        while rows := cursor.fetchmany(BATCH):
            yield _looks(rows, column)


def _looks(rows: list[tuple[Any, ...]], column: dict[str, int]) -> Looks:
    tastes = np.zeros((len(rows), len(column)), np.float32)
    for place, row in enumerate(rows):
        for key, share in msgspec.json.decode(row[-1]).items():
            if key in column:
                tastes[place, column[key]] = share
    habits = np.array([[np.nan if one is None else float(one) for one in row[1:-1]] for row in rows], np.float32)
    habits[:, 1] /= DAY
    # Square roots of shares: their distance is Hellinger's, which small shares reach too.
    return Looks([row[0] for row in rows], habits.reshape(len(rows), len(HABITS)), np.sqrt(tastes))
