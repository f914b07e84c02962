"""The customers as the log knows them: one pass over the purchases into a table of order days, and what follows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from personalization.events.identifiers import first_id
from personalization.people.predict.bgnbd import Histories
from personalization.people.predict.gamma_gamma import Spending
from personalization.people.predict.rhythm import Gaps

Floats = NDArray[np.float64]
DAYS_OF_WEEK = 7.0
BATCH = 20_000
# Of that many anything here can be learned; the rest is only predicted for.
LEARNED_FROM = 100_000
DRAWS = 10_000

_NO_TABLE = "DROP TABLE IF EXISTS pg_temp.personalization_order_day"
# All orders of a day are one. Who has no profile was erased, or does not want to be known: nothing is learned of them.
_ORDER_DAYS = """
CREATE TEMPORARY TABLE personalization_order_day ON COMMIT DROP AS
SELECT person, draw, day, value, day - lag(day) OVER (PARTITION BY person ORDER BY day) AS gap
FROM (
    SELECT personalization_person(coalesce(event.user_id, visitor.user_id), event.visitor_id) AS person,
           floor(extract(epoch FROM event.happened_at) / 86400)::int AS day,
           sum(coalesce(event.value, 0))::float8 AS value
    FROM personalization_event AS event LEFT JOIN personalization_visitor AS visitor ON visitor.id = event.visitor_id
    WHERE event.kind = 'purchased' AND event.traffic = 'shopper' AND event.id < %(until)s
    GROUP BY 1, 2
) AS bought JOIN personalization_profile AS profile USING (person)
"""
_INDEX = "CREATE INDEX ON personalization_order_day (person, day)"
_SPAN = "SELECT count(DISTINCT person), min(day) FROM personalization_order_day"
# What was known at the end of a day, and what came until a later one. Without ORDER BY: nothing here hangs on it.
_ROWS = """
SELECT person,
       count(*) FILTER (WHERE day <= %(cut)s) - 1,
       max(day) FILTER (WHERE day <= %(cut)s) - min(day),
       %(cut)s - min(day),
       sum(value) FILTER (WHERE day <= %(cut)s),
       coalesce(sum(ln(gap)) FILTER (WHERE day <= %(cut)s), 0)::float8,
       coalesce(sum(ln(gap) ^ 2) FILTER (WHERE day <= %(cut)s), 0)::float8,
       count(*) FILTER (WHERE day > %(cut)s),
       coalesce(sum(value) FILTER (WHERE day > %(cut)s), 0),
       min(day) FILTER (WHERE day > %(cut)s) - %(cut)s
FROM personalization_order_day WHERE day <= %(until)s AND draw < %(draws)s
GROUP BY person HAVING min(day) <= %(cut)s
"""


@dataclass(frozen=True)
class Customers:
    """What was known of each at a moment, and what came after it."""

    known: Histories
    spent: Floats
    gaps: Gaps
    orders_after: Floats
    spent_after: Floats
    # Days until the next order; nan where none came.
    next_after: Floats

    def __len__(self) -> int:
        return len(self.known)

    @property
    def silent(self) -> Floats:
        """Days since the last order."""
        return (self.known.age - self.known.last) * DAYS_OF_WEEK

    @property
    def spending(self) -> Spending:
        """What they spent on an order, the first one too: it tells as much as the others."""
        orders = self.known.repeats + 1
        return Spending(orders, self.spent / orders)

    @property
    def repeaters(self) -> int:
        """How many ordered more than once."""
        return int((self.known.repeats > 0).sum())


def day_of(moment: datetime) -> int:
    """Its day in UTC, as the table counts them."""
    return (moment.astimezone(UTC).date() - datetime.fromtimestamp(0, UTC).date()).days


def gather(*, now: datetime) -> tuple[int, int | None]:
    """Makes the table of order days, for the transaction in hand; gives how many customers, and the first day."""
    with connection.cursor() as cursor:
        cursor.execute(_NO_TABLE)
        cursor.execute(_ORDER_DAYS, {"until": first_id(now)})
        cursor.execute(_INDEX)
        cursor.execute("ANALYZE personalization_order_day")
        cursor.execute(_SPAN)
        customers, first = cursor.fetchone()
    return int(customers), first


def draws_of(customers: int) -> int:
    """Which share of the people is learned from, in ten thousandths: the same people each time."""
    return DRAWS if customers <= LEARNED_FROM else int(DRAWS * LEARNED_FROM / customers)


def at(day: int, *, until: int, draws: int = DRAWS) -> Customers:
    """The customers as they were known at the end of that day, and what they did until the other."""
    batches = [table for _, table in each_batch(day, until=until, draws=draws)]
    if not batches:
        return table_of([])
    return Customers(
        Histories(*(np.concatenate([getattr(one.known, name) for one in batches]) for name in
                    ("repeats", "last", "age"))),
        np.concatenate([one.spent for one in batches]),
        Gaps(*(np.concatenate([getattr(one.gaps, name) for one in batches]) for name in
               ("number", "logs", "squares"))),
        *(np.concatenate([getattr(one, name) for one in batches]) for name in
          ("orders_after", "spent_after", "next_after")),
    )  # fmt: skip


def each_batch(day: int, *, until: int, draws: int = DRAWS) -> Iterator[tuple[list[Any], Customers]]:
    """The same in batches, with the people's numbers: the server keeps the rows, and memory stays flat."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS, {"cut": day, "until": until, "draws": draws})
        while rows := cursor.fetchmany(BATCH):
            yield [row[0] for row in rows], table_of([row[1:] for row in rows])


def table_of(rows: list[Any]) -> Customers:
    """Rows of the statement as columns; times become weeks."""
    columns = np.array(rows, dtype=np.float64).reshape(-1, 9).T
    repeats, last, age, spent, logs, squares, orders, spent_after, next_after = columns
    return Customers(
        Histories(repeats, last / DAYS_OF_WEEK, age / DAYS_OF_WEEK),
        spent, Gaps(repeats, logs, squares), orders, spent_after, next_after,
    )  # fmt: skip
