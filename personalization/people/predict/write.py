"""Puts the predictions into the profiles: only rows in which an owner would read something new."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import connection

from personalization.people.predict.learn import LEAVING, NEXT, ORDERS, SPEND, Foreseen, Learned

# Everybody's chances move a little each night. A profile is written anew when one of its numbers has moved by more than
# this share of itself, and by more than this at all; less than that nobody reads or acts upon.
MOVED = 0.02
LEAST_MOVED = {"expected_orders": 0.01, "expected_revenue": 0.01, "churn_risk": 0.005}
DECIMALS = 4

_NO_TABLE = "DROP TABLE IF EXISTS pg_temp.personalization_foreseen"
_TABLE = """
CREATE TEMPORARY TABLE personalization_foreseen (
    person uuid, expected_orders float8, expected_revenue float8, churn_risk float8, next_order_at timestamptz
) ON COMMIT DROP
"""
_COPY = "COPY personalization_foreseen FROM STDIN"
_INDEX = "CREATE UNIQUE INDEX ON personalization_foreseen (person)"
_MOVED = """
(profile.{name} IS NULL) <> (told.{name} IS NULL)
OR abs(profile.{name} - told.{name}) > greatest({least}, {share} * abs(profile.{name}))
"""
_DAY_MOVED = """
(profile.next_order_at IS NULL) <> (told.next_order_at IS NULL)
OR abs(extract(epoch FROM profile.next_order_at - told.next_order_at)) > 86400
"""
# Locked in the order of their keys, as by everybody who writes many profiles: two jobs never wait in a circle.
_UPDATE = """
WITH new AS MATERIALIZED (
    SELECT person, told.expected_orders, told.expected_revenue, told.churn_risk, told.next_order_at,
           told.person IS NOT NULL AS is_told
    FROM personalization_profile AS profile LEFT JOIN personalization_foreseen AS told USING (person)
    WHERE {moved}
    ORDER BY person FOR UPDATE OF profile
)
UPDATE personalization_profile AS profile SET
    expected_orders = new.expected_orders, expected_revenue = new.expected_revenue, churn_risk = new.churn_risk,
    next_order_at = new.next_order_at, changed_at = %(now)s,
    predicted_at = CASE WHEN coalesce(new.expected_orders, new.expected_revenue, new.churn_risk) IS NULL
                             AND new.next_order_at IS NULL THEN NULL ELSE %(now)s END
FROM new WHERE profile.person = new.person
"""


def _update() -> str:
    moved = [_MOVED.format(name=name, least=least, share=MOVED) for name, least in LEAST_MOVED.items()]
    return _UPDATE.format(moved=" OR ".join([*moved, _DAY_MOVED]))


def start() -> None:
    """Makes the table that the predictions wait in, for the transaction in hand."""
    with connection.cursor() as cursor:
        cursor.execute(_NO_TABLE)
        cursor.execute(_TABLE)


def add(people: Sequence[uuid.UUID], foreseen: Foreseen, learned: Learned, *, now: datetime) -> None:
    """Some thousands more."""
    columns = (
        _column(foreseen.orders, shown=learned.shows(ORDERS)),
        _column(foreseen.revenue, shown=learned.shows(ORDERS) and learned.shows(SPEND)),
        _column(foreseen.leaving, shown=learned.shows(LEAVING)),
        _days(foreseen.next_days, now=now, shown=learned.shows(NEXT)),
    )
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in zip(people, *columns, strict=True):
            copy.write_row(row)


def finish(*, now: datetime) -> int:
    """Writes what is new, and takes away what is no longer told; gives how many profiles changed."""
    with connection.cursor() as cursor:
        cursor.execute(_INDEX)
        cursor.execute("ANALYZE personalization_foreseen")
        cursor.execute(_update(), {"now": now})
        return int(cursor.rowcount)


def _column(values: np.ndarray, *, shown: bool) -> Iterable[float | None]:
    told, rounded = np.isfinite(values) & shown, np.round(values, DECIMALS)
    return [value if is_told else None for value, is_told in zip(rounded.tolist(), told.tolist(), strict=True)]


def _days(values: np.ndarray, *, now: datetime, shown: bool) -> Iterable[datetime | None]:
    today = now.replace(hour=12, minute=0, second=0, microsecond=0)
    told = _column(values, shown=shown)
    return [None if days is None else today + timedelta(days=round(days)) for days in told]
