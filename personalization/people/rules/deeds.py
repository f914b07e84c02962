"""Asks the log who did something: as a subquery on the person, so that a whole tree stays one statement."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db.models import BooleanField, Q, UUIDField
from django.db.models.expressions import RawSQL

from personalization.chosen.stored import Values
from personalization.events.identifiers import first_id
from personalization.people.rules.goods import of_goods

NOBODY = Q(RawSQL("FALSE", (), output_field=BooleanField()))
# Not an empty condition: Django drops that from an "or", although it holds for everybody.
EVERYBODY = Q(RawSQL("TRUE", (), output_field=BooleanField()))

# What an unnamed visitor did before it signed in belongs to the account to which it is linked. Grouped by these two and
# not by the number of the person, which is so worked out once of each of them, and not of each event. Said as a case:
# so nobody looks up the browser of an event with an account.
DEEDS = """
SELECT coalesce(one.user_id, visitor.user_id) AS account,
       CASE WHEN one.user_id IS NULL AND visitor.user_id IS NULL THEN one.visitor_id END AS stranger, one.*
FROM personalization_event AS one
LEFT JOIN personalization_visitor AS visitor ON visitor.id = CASE WHEN one.user_id IS NULL THEN one.visitor_id END
WHERE one.kind = ANY(%s::text[]) AND one.traffic = 'shopper' AND (one.user_id IS NOT NULL OR one.visitor_id IS NOT NULL)
"""
PERSON = "personalization_person(account, stranger)"


class Log(Protocol):
    """Where deeds are looked up instead of in the log itself: what several questions ask for is gathered once."""

    def table_of(self, deeds: "Deeds") -> str:
        """A table with the columns `COLUMNS` that has all of them; empty for the log itself."""


# What a question may ask of an event, apart from whose it is.
COLUMNS = ("id", "kind", "happened_at", "product_id", "quantity", "value", "payload")
_log: ContextVar[Log | None] = ContextVar("log", default=None)


@contextmanager
def looked_up_in(log: Log) -> Iterator[None]:
    """Conditions made inside ask this one."""
    token = _log.set(log)
    try:
        yield
    finally:
        _log.reset(token)


@dataclass(frozen=True)
class Deeds:
    """Which events are asked for. Conditions are constants of ours; what an owner wrote is only ever a parameter.

    `first` is the first id that may belong to them; without `has_payload` nobody looks into their details.
    """

    kinds: tuple[str, ...]
    where: tuple[str, ...] = ()
    params: tuple[Any, ...] = ()
    first: UUID | None = None
    has_payload: bool = True

    def narrowed(self, condition: str, *params: Any) -> "Deeds":
        """Those of which this holds, too; an empty condition changes nothing."""
        if not condition:
            return self
        return replace(self, where=(*self.where, condition), params=(*self.params, *params))

    def since(self, values: Values, *, now: datetime) -> "Deeds":
        """Those within so many days; by the id, which carries the time and so names the months to look into."""
        days = values.get("days")
        return replace(self, first=first_id(now - timedelta(days=days))) if days else self

    def about(self, values: Values) -> "Deeds":
        """Those about these goods."""
        condition, params = of_goods(values)
        return self.narrowed(condition, *params)

    def sql(self) -> tuple[str, list[Any]]:
        """The events themselves, each with the account or else the stranger whose it is: see `PERSON`."""
        log = _log.get()
        table = log.table_of(self) if log is not None else ""
        events = f"SELECT one.* FROM {table} AS one WHERE one.kind = ANY(%s::text[])" if table else DEEDS  # noqa: S608
        bound: list[Any] = [list(self.kinds)]
        if self.first is not None:
            events, bound = f"{events} AND one.id >= %s", [*bound, self.first]
        return " AND ".join((events, *self.where)), [*bound, *self.params]

    def people(self, having: str, params: Sequence[Any] = ()) -> Q:
        """Those of whom this holds over all of their events."""
        events, bound = self.sql()
        grouped = f"SELECT {PERSON} FROM ({events}) AS deed GROUP BY account, stranger HAVING {having}"  # noqa: S608
        return among(grouped, [*bound, *params])

    def measured(self, measure: str, values: Values) -> Q:
        """Those of whom this sum or count lies between the two ends; who did nothing has 0."""
        least, most = values.get("least"), values.get("most")
        if not least:
            # "At most" means those too of whom the log has nothing: all but those with more.
            return EVERYBODY if most is None else ~self.people(f"{measure} > %s", [most])
        if most is None:
            return self.people(f"{measure} >= %s", [least])
        return self.people(f"{measure} BETWEEN %s AND %s", [least, most])


def among(sql: str, params: Sequence[Any]) -> Q:
    """The people whom this subquery names."""
    return Q(person__in=RawSQL(sql, list(params), output_field=UUIDField()))  # noqa: S611 - constants of ours


def between(column: str, values: Values, *, in_percent: bool = False) -> Q:
    """The people of whom a column of the profile lies between the two ends; one that is empty is not meant."""
    found = Q(**{f"{column}__isnull": False})
    for end, compared in (("least", "gte"), ("most", "lte")):
        if (number := values.get(end)) is not None:
            found &= Q(**{f"{column}__{compared}": float(number) / 100 if in_percent else number})
    return found
