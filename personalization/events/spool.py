"""What could not be written waits in the process's memory, and goes with the next write that succeeds."""

import atexit
import logging
import os
import threading
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.db import DataError, Error, IntegrityError, connection
from django.utils import timezone

from personalization.conf import conf
from personalization.events.kinds import Traffic
from personalization.events.write import NewEvent, SeenVisitor, count, write
from personalization.guard import WRITING, Refused, guarded, has_waited, in_a_request

logger = logging.getLogger("personalization")
# As many letters as go into one statement.
LOT = 1000
DOING = "writing what had waited"
# Why something that a page noted is not in the log: the names under which it is counted.
NO_ROOM, UNWRITABLE, NOT_TAKEN = "no_room", "unwritable", "not_taken"


@dataclass(frozen=True)
class Letter:
    """The one write of a request: each event knows its own visitor and visit already."""

    events: tuple[NewEvent, ...] = ()
    visitors: tuple[SeenVisitor, ...] = ()

    @property
    def is_empty(self) -> bool:
        """There is nothing to write."""
        return not self.events and not self.visitors

    @property
    def weight(self) -> int:
        """How much of the room it takes."""
        return max(len(self.events), 1)


class Spool:
    """Letters that wait, oldest first; when there is no more room the oldest are dropped, and counted."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Empties it; a forked process does so, because the letters are its parent's to send."""
        self._lock = threading.Lock()
        self._letters: deque[Letter] = deque()
        self._weight, self._lot = 0, LOT
        # What is not in the log and never will be, by the name of its outcome, until it is counted there.
        self.missing: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._weight

    def keep(self, letters: Sequence[Letter]) -> None:
        """Keeps them before all others: whatever was taken out and comes back is older than what came meanwhile."""
        with self._lock:
            for letter in reversed(letters):
                self._letters.appendleft(letter)
                self._weight += letter.weight
            while self._weight > conf.SPOOLED_EVENTS:
                self._drop(self._letters.popleft())

    def append(self, letter: Letter) -> None:
        """Keeps the newest."""
        with self._lock:
            self._letters.append(letter)
            self._weight += letter.weight
            while self._weight > conf.SPOOLED_EVENTS:
                self._drop(self._letters.popleft())

    def take(self, most: int = LOT) -> list[Letter]:
        """Takes out the next lot."""
        with self._lock:
            letters = [self._letters.popleft() for _ in range(min(most, self._lot, len(self._letters)))]
            self._weight -= sum(letter.weight for letter in letters)
            return letters

    def note_written(self, letters: Sequence[Letter]) -> None:
        """They are in the log."""
        with self._lock:
            self._lot = min(self._lot * 2, LOT)
            lost = self.missing[NO_ROOM] + self.missing[UNWRITABLE]
        events = sum(len(letter.events) for letter in letters)
        logger.warning("personalization wrote %d events that had waited; %d were lost", events, lost)

    def give_back(self, letters: Sequence[Letter], *, were_too_many: bool) -> None:
        """They could not be written; where they may have been too many for the deadline they come in smaller lots."""
        if were_too_many:
            self._lot = max(len(letters) // 10, 1)
        self.keep(letters)

    def part(self, letters: Sequence[Letter]) -> None:
        """The database will never take one of these: they come again in smaller lots, until it stands alone."""
        if len(letters) > 1:
            self.give_back(letters, were_too_many=True)
            return
        self.miss(len(letters[0].events), UNWRITABLE)

    def miss(self, events: int, why: str) -> None:
        """So many events will never be in the log."""
        if events > 0:
            with self._lock:
                self.missing[why] += events

    def take_missing(self) -> Counter[str]:
        """What is to be counted now."""
        with self._lock:
            missing, self.missing = self.missing, Counter()
            return missing

    def _drop(self, letter: Letter) -> None:
        self._weight -= letter.weight
        self.missing[NO_ROOM] += len(letter.events)


_spool = Spool()
os.register_at_fork(after_in_child=_spool.forget)


def deliver(events: Sequence[NewEvent], *, visitors: Sequence[SeenVisitor] = ()) -> bool:
    """Writes them, then what waits from before; what can't be written now waits. Never raises.

    False says that the log was asked and took none of the events.
    """
    letter = Letter(tuple(events), tuple(visitors))
    stored = 0 if letter.is_empty else _try(letter)
    if stored is None:
        return True
    if len(_spool) and WRITING.is_worth_a_try:
        # In statements of their own: what waits must not cost this request its events.
        _go_through_the_spool()
    if _spool.missing and WRITING.is_worth_a_try:
        guarded(_count_missing, doing="counting what is not in the log", fallback=None, writes=True)
    return stored > 0 or not letter.events


def _count_missing() -> None:
    missing = _spool.take_missing()
    try:
        count(missing, received=missing.total(), now=timezone.now())
    except BaseException:
        for why, events in missing.items():
            _spool.miss(events, why)
        raise


def _try(letter: Letter) -> int | None:
    """How many of its events are new in the log; None if it waits, or was no letter that the log takes."""
    if not WRITING.is_worth_a_try:
        _keep(letter)
        return None
    doing = "writing the events of a request"
    stored: int | None = guarded(partial(_write_or_keep, letter), doing=doing, fallback=None, writes=True)
    if stored is not None:
        _spool.miss(len(letter.events) - stored, NOT_TAKEN)
        # What waits for the log need not wait for the end of this request.
        WRITING.note_success()
    return stored


def _go_through_the_spool() -> None:
    if WRITING.is_open:
        # A trial has little time: one letter, and the others if it arrives.
        if not guarded(partial(_write_waiting, _spool.take(1)), doing=DOING, fallback=False, writes=True):
            return
        WRITING.note_success()
    guarded(partial(_write_waiting, _spool.take()), doing=DOING, fallback=False, writes=True)


def _write_or_keep(letter: Letter) -> int:
    try:
        return write(letter.events, visitors=letter.visitors)
    except (DataError, IntegrityError):
        # It would fail again.
        _spool.miss(len(letter.events), UNWRITABLE)
        raise
    except (Error, Refused, TimeoutError):
        _keep(letter)
        raise


def _keep(letter: Letter) -> None:
    _spool.append(letter)
    _write_at_exit()


def _write_waiting(letters: list[Letter]) -> bool:
    if not letters:
        return True
    events = [event for one in letters for event in one.events]
    try:
        stored = write(events, visitors=_met_once(letters))
    except (DataError, IntegrityError):
        _spool.part(letters)
        raise
    except BaseException as error:
        # A server that is away takes all of it at once when it is back, and must not be asked letter by letter.
        _spool.give_back(letters, were_too_many=has_waited(error))
        raise
    _spool.miss(len(events) - stored, NOT_TAKEN)
    _spool.note_written(letters)
    return True


def _met_once(letters: Sequence[Letter]) -> list[SeenVisitor]:
    # PostgreSQL refuses to touch a row twice in one statement.
    met: dict[object, SeenVisitor] = {}
    for visitor in (visitor for letter in letters for visitor in letter.visitors):
        before = met.get(visitor.id)
        met[visitor.id] = _later(before, visitor) if before else visitor
    return list(met.values())


def _later(before: SeenVisitor, after: SeenVisitor) -> SeenVisitor:
    return replace(
        after,
        user_id=before.user_id or after.user_id,
        traffic=Traffic.STAFF if Traffic.STAFF in (before.traffic, after.traffic) else after.traffic,
        visit_id=after.visit_id or before.visit_id,
        follows=before.follows or after.follows,
        has_script=before.has_script or after.has_script,
    )


def write_the_rest() -> None:
    """The process ends: one last try, with the deadline of a request and without regard to what failed before."""
    if len(_spool) or _spool.missing:
        WRITING.reset()
        with in_a_request():
            deliver([])
        connection.close()


_has_promised = False


def _write_at_exit() -> None:
    global _has_promised
    if not _has_promised:
        _has_promised = True
        atexit.register(write_the_rest)
