"""Leaves off what fails again and again, or makes pages wait: for a few seconds nothing is tried, then once.

Five failures in a row open it, or two that were cancelled for taking too long: an error costs a page nothing, a wait
costs it the wait. Then one request tries for all, and its statements have only a part of their time, since what works
answers soon; every fourth such request gives them all of it, for a server that works but slowly. While trials end in an
error there is one every two seconds; where they wait in vain, the rests grow to eight seconds and no longer.

One circuit for reading and one for writing, each for the whole process. They count in requests only: a job that fails
has its own ways to try again, and nobody waits for it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import OperationalError

from personalization.conf import conf

logger = logging.getLogger("personalization")
FAILURES, WAITS = 5, 2
REST, LONGEST_REST = 2.0, 8.0
# A trial has this part of a statement's time; one in so many has all of it.
PART, PATIENT = 0.25, 4
# query_canceled, by our own deadline or the shop's, and lock_not_available.
WAITED = ("57014", "55P03")


class Refused(RuntimeError):
    """This has failed too often lately: try again in a few seconds."""


@dataclass(eq=False)
class Request:
    """A request in hand: through which circuits it has sent statements, and through which something failed."""

    sent: set["Circuit"] = field(default_factory=set)
    failed: set["Circuit"] = field(default_factory=set)
    # One page waits for one trial: what it would have tried besides is left to the next.
    tries: "Circuit | None" = None


_request: ContextVar[Request | None] = ContextVar("personalization_guarded_request", default=None)


class Circuit:
    """Closed: everything is tried. Open: everything is refused, save for one request after each rest."""

    def __init__(self, name: str, *, timeout: Callable[[], timedelta]) -> None:
        self.name, self._timeout = name, timeout
        self.clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()
        self._resting_since: float | None = None
        self._trial: Request | None = None
        self._failures = self._waits = self._trials = 0
        self._rest, self._part = REST, 1.0
        self.reset()

    def reset(self) -> None:
        """As if nothing had ever failed."""
        with self._lock:
            self._close()

    @property
    def is_open(self) -> bool:
        """Statements are refused."""
        return self._resting_since is not None

    @property
    def is_worth_a_try(self) -> bool:
        """A statement would be let through, or may be by now."""
        request = _request.get()
        return self._resting_since is None or request is None or self._trial is request or self._is_due(request)

    def admit(self) -> float | None:
        """Lets a statement through and says how long it may take, None where nobody waits; or raises Refused."""
        request = _request.get()
        if request is None:
            return None
        seconds = self._timeout().total_seconds()
        # Not locked where all is well: what another thread learns in this moment it may as well learn in the next.
        if self._resting_since is not None:
            seconds *= self._try(request)
        request.sent.add(self)
        return seconds

    def note_failure(self, error: BaseException | None = None) -> bool:
        """Counts a failure of the database; says whether it is news, and so worth a line in the log."""
        request = _request.get()
        if request is None:
            return True
        request.failed.add(self)
        waited = has_waited(error)
        with self._lock:
            self._failures, self._waits = self._failures + 1, self._waits + waited
            failures, was_open = self._failures, self._resting_since is not None
            opens = was_open or failures >= FAILURES or self._waits >= WAITS
            if opens:
                self._rest = min(self._rest * 2, LONGEST_REST) if waited else REST
                self._resting_since, self._trial = self.clock(), None
        if opens and not was_open:
            told = "personalization stops %s for %d seconds after %d failures in a row"
            logger.error(told, self.name, self._rest, failures)
        return not was_open

    def note_success(self) -> None:
        """What this request tried for all has worked: everybody may go on, without waiting for the request's end."""
        request = _request.get()
        if request is not None and self._trial is request:
            self._note_success(request)

    def _try(self, request: Request) -> float:
        # Gives the part of its time that the statement may take.
        with self._lock:
            if self._resting_since is None:
                return 1
            if self._trial is request:
                return self._part
            if not self._is_due(request):
                raise Refused(Refused.__doc__)
            # This request tries for all. Should it never come back, the next one tries after another rest.
            self._resting_since, self._trial, request.tries = self.clock(), request, self
            self._trials += 1
            self._part = PART if self._trials % PATIENT else 1
            return self._part

    def _is_due(self, request: Request) -> bool:
        since = self._resting_since
        return since is not None and self.clock() - since >= self._rest and request.tries in (None, self)

    def _note_success(self, request: Request) -> None:
        with self._lock:
            closes = self._resting_since is not None and self._trial is request
            if closes or self._resting_since is None:
                self._close()
        if closes:
            logger.warning("personalization is %s again", self.name)

    def _close(self) -> None:
        self._failures = self._waits = self._trials = 0
        self._rest = REST
        self._resting_since = self._trial = None

    @staticmethod
    def settle(request: Request) -> None:
        """The request is over: what it sent without one failure worked.

        Not statement by statement: a page of which one half always fails would never have five failures in a row.
        """
        for circuit in request.sent - request.failed:
            circuit._note_success(request)


def has_waited(error: BaseException | None) -> bool:
    """It took its time to fail, and a page waited for it."""
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "sqlstate", None) in WAITED
    return isinstance(error, TimeoutError)


READING = Circuit("reading", timeout=lambda: conf.READ_TIMEOUT)
WRITING = Circuit("writing", timeout=lambda: conf.WRITE_TIMEOUT)


def _begin_again() -> None:
    # Another thread of the parent may have held a lock in the moment of the fork.
    for circuit in (READING, WRITING):
        circuit._lock = threading.Lock()


os.register_at_fork(after_in_child=_begin_again)


@contextmanager
def in_a_request() -> Iterator[None]:
    """Somebody waits for what happens inside: statements have deadlines, and circuits count."""
    request = Request()
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)
        Circuit.settle(request)


@contextmanager
def unhurried() -> Iterator[None]:
    """A page for the back-office, which would rather wait than show half: no deadline, no circuit."""
    token = _request.set(None)
    try:
        yield
    finally:
        _request.reset(token)
