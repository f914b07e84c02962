"""What interrupted whom: read before anything comes up, and written only while the person's budget has room.

Who agreed to be known has lines in a table, over all of their devices. Of whom only the visit may be known, the visit's
own signed cookie carries the same for as long as the visit lasts; of anybody else nothing is kept, and nothing comes.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase

from personalization.campaigns.frequency import DAY, Frequency, Showing
from personalization.conf import conf
from personalization.events.cookies import read, remember
from personalization.events.person import Person
from personalization.events.visit import WINDOW
from personalization.storefront.popups.models import Popup, PopupShowing

COOKIE, SALT = "pz_popups", "personalization.popups"
MOST_IN_COOKIE = 8
ENDS = (PopupShowing.Outcome.CLOSED, PopupShowing.Outcome.CLICKED, PopupShowing.Outcome.ANSWERED)

# One person at a time, whichever of the shop's processes asks: the locks go with the transaction. Sorted, so that two
# who hold one each never wait for one another.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(one, 0)) FROM unnest(%s::text[]) AS one ORDER BY one"


@dataclass(frozen=True)
class Line:
    """A pop-up that interrupted this person."""

    popup_id: int
    at: datetime
    visit_id: uuid.UUID | None = None
    outcome: str = ""

    @property
    def showing(self) -> Showing:
        """As caps count it."""
        return Showing(self.at, self.visit_id)


Lines = Sequence[Line]


def budget() -> Frequency:
    """How often one person may be interrupted at all, by whatever pop-up."""
    return Frequency(**{name: int(value) for name, value in conf.POPUP_BUDGET.items()})


class Room:
    """How much room the lines of one person leave, to be asked about any number of pop-ups."""

    def __init__(self, lines: Lines, *, now: datetime, visit_id: uuid.UUID | None) -> None:
        self.now, self.visit_id, self.lines = now, visit_id, lines
        self._own: dict[int, list[Line]] = {}
        for one in lines:
            self._own.setdefault(one.popup_id, []).append(one)

    def why_not(self, popup: Popup) -> str:
        """What stands in the way of one more: "closed", "clicked" or "answered"; a cap; or a cap of the budget."""
        own = self._own.get(popup.pk)
        if not own:
            return self._budget
        if ended := next((one.outcome for one in own if one.outcome in ENDS), ""):
            return ended
        cap = popup.how_often.full([one.showing for one in own], now=self.now, visit_id=self.visit_id)
        return f"own_{cap}" if cap else self._budget

    @cached_property
    def _budget(self) -> str:
        showings = [one.showing for one in self.lines]
        cap = budget().full(showings, now=self.now, visit_id=self.visit_id) if showings else ""
        return f"budget_{cap}" if cap else ""


def lines_of(person: Person) -> Lines:
    """All that interrupted this person: one query."""
    if not person.is_known:
        return ()
    rows = PopupShowing.objects.filter(_mine(person)).values_list("popup_id", "shown_at", "visit_id", "outcome")
    return [Line(*row) for row in rows]


def claim(
    popup: Popup, person: Person, *, visit_id: uuid.UUID | None, now: datetime, is_counted: bool = True
) -> PopupShowing | None:
    """Writes the line if there is room for it, else nothing: whoever comes at the same moment waits for this one."""
    keys = [f"popup:{one}" for one in (person.visitor_id, person.user_id) if one is not None]
    if not keys:
        return None
    with transaction.atomic():
        _take_turns(keys)
        if Room(lines_of(person), now=now, visit_id=visit_id).why_not(popup):
            return None
        return PopupShowing.objects.create(
            popup=popup, visitor_id=person.visitor_id, user_id=person.user_id, visit_id=visit_id, shown_at=now,
            is_counted=is_counted,
        )  # fmt: skip


def close(
    showing_id: uuid.UUID, person: Person, *, outcome: str, now: datetime, answer: int | None = None
) -> PopupShowing | None:
    """Notes what became of it; what was once answered stays so. None for a showing that is not this person's."""
    found = open_line(showing_id, person)
    if found is None or found.outcome == PopupShowing.Outcome.ANSWERED:
        return found
    if found.outcome and outcome == PopupShowing.Outcome.CLOSED:
        return found
    found.outcome, found.ended_at = outcome, now
    found.answer = found.answer if answer is None else answer
    found.save(update_fields=["outcome", "ended_at", "answer"])
    return found


def open_line(showing_id: uuid.UUID, person: Person) -> PopupShowing | None:
    """A line of this person's own."""
    return PopupShowing.objects.filter(_mine(person), pk=showing_id).select_related("popup").first()


def _take_turns(keys: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [list(keys)])


def _mine(person: Person) -> Q:
    mine = Q(pk__in=[])
    if person.visitor_id is not None:
        mine |= Q(visitor_id=person.visitor_id)
    if person.user_id is not None:
        mine |= Q(user_id=person.user_id)
    return mine


# --- the cookie of a visit --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Carried:
    """What the visit's own cookie says: how many pages asked for a pop-up, and which came up."""

    pages: int = 0
    lines: Lines = ()


def carried(request: HttpRequest, visit_id: uuid.UUID) -> Carried:
    """Of another visit's cookie, nothing."""
    visit, _dot, told = read(request, COOKIE, salt=SALT).partition(".")
    if visit != visit_id.hex:
        return Carried()
    pages, *others = told.split("-")
    lines = [Line(int(popup), datetime.fromtimestamp(int(at), UTC), visit_id) for popup, at in map(_parted, others)]
    return Carried(int(pages), lines)


def carry(response: HttpResponseBase, request: HttpRequest, now_carried: Carried, visit_id: uuid.UUID) -> None:
    """Gives the browser the lines of this visit, for as long as that lasts."""
    lines = [f"{one.popup_id}@{int(one.at.timestamp())}" for one in now_carried.lines[-MOST_IN_COOKIE:]]
    told = "-".join([str(now_carried.pages), *lines])
    remember(response, request, COOKIE, f"{visit_id.hex}.{told}", salt=SALT, days=WINDOW / DAY)


def _parted(told: str) -> tuple[str, str]:
    # We signed it, so it is as we wrote it.
    popup, _at, seconds = told.partition("@")
    return popup, seconds
