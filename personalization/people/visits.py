"""What is known of a visit: which one it is, whence it came, and what was done on it so far. One query."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from personalization.events.identifiers import first_id, moment_of
from personalization.events.person import Person
from personalization.people.persons import number_of
from personalization.people.predict.session import VisitSoFar

# What counts as a page that was opened; predictions count the same ones.
PAGES = ("product_viewed", "category_viewed", "page_viewed", "searched")
# The clocks of two servers differ by less. A visit gets its id once its first page is made, with what happened there.
AHEAD, BEFORE = timedelta(days=1), timedelta(minutes=10)
NOBODY = uuid.UUID(int=0)

# Of an account that has said no elsewhere nothing is read.
_SO_FAR = """
SELECT coalesce(visitor.visits, 0), started.happened_at, started.payload::text, profile.last_order_at,
       done.pages, done.views, done.searches, done.added
FROM (VALUES (1)) AS one
LEFT JOIN personalization_visitor AS visitor ON visitor.id = %(visitor)s
LEFT JOIN personalization_event AS started
       ON started.id = %(visit)s AND started.visitor_id = %(visitor)s AND started.kind = 'visit_started'
LEFT JOIN personalization_profile AS profile ON profile.person = %(person)s
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = ANY(%(pages)s)) AS pages,
           count(*) FILTER (WHERE kind = 'product_viewed') AS views,
           count(*) FILTER (WHERE kind = 'searched') AS searches,
           count(*) FILTER (WHERE kind = 'basket_added') AS added
    FROM personalization_event AS event
    WHERE event.visitor_id = %(visitor)s AND event.visit_id = %(visit)s
      AND event.id >= %(since)s AND event.id < %(until)s
) AS done
WHERE NOT EXISTS (SELECT FROM personalization_accountconsent AS said WHERE said.user_id = %(account)s
                  AND NOT 'personalization' = ANY(said.purposes))
"""


@dataclass(frozen=True)
class SoFar:
    """A visit in the middle of it; of one that begins now, nothing but how often they came before."""

    is_new: bool = True
    # The account has said no elsewhere, and so nothing is known.
    is_refused: bool = False
    # How often this browser came, a visit in the log among them.
    visits: int = 0
    began_at: datetime | None = None
    # As the first page was noted: which visit it is, whence it came, device, language and region.
    landing: Mapping[str, Any] = field(default_factory=dict)
    last_order_at: datetime | None = None
    pages: int = 0
    views: int = 0
    searches: int = 0
    added: int = 0

    @property
    def number(self) -> int:
        """Which visit it is, the one after those in the log if it begins now; 0 where nobody can tell."""
        if self.is_refused:
            return 0
        told = self.visits + 1 if self.is_new else self.landing.get("number")
        return told if isinstance(told, int) else 0

    def landed(self, name: str) -> str:
        """A part of the landing; empty where it was not noted."""
        told = self.landing.get(name)
        return told if isinstance(told, str) else ""

    def as_predicted(self, *, now: datetime, device: str, is_account: bool) -> VisitSoFar:
        """The same in the terms from which the chance of an order is added up."""
        began, ordered = self.began_at or now, self.last_order_at
        return VisitSoFar(
            number=self.number, pages=self.pages, views=self.views, searches=self.searches, basket_adds=self.added,
            seconds=(now - began).total_seconds(), hour=float(now.astimezone(timezone.get_default_timezone()).hour),
            device=device, is_account=is_account,
            days_since_order=float(max(_day(began) - _day(ordered), 0)) if ordered else None,
        )  # fmt: skip


def read(person: Person, visit_id: uuid.UUID | None, *, now: datetime) -> SoFar:
    """The visit of this browser, as far as the log knows it; None begins now."""
    if person.visitor_id is None:
        return SoFar()
    values = {
        "visitor": person.visitor_id, "visit": visit_id or NOBODY, "person": number_of(person),
        "account": person.user_id, "pages": list(PAGES), "until": first_id(now + AHEAD) if visit_id else NOBODY,
        "since": first_id(moment_of(visit_id) - BEFORE) if visit_id else NOBODY,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, values)
        row = cursor.fetchone()
    if row is None:
        return SoFar(is_refused=True)
    visits, began_at, landing, ordered, *counts = row
    return SoFar(visit_id is None, False, visits, began_at, _as_document(landing), ordered, *counts)


def _as_document(text: str | None) -> Mapping[str, Any]:
    told = json.loads(text or "{}")
    return told if isinstance(told, dict) else {}


def _day(moment: datetime) -> int:
    return (moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
