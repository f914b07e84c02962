"""Leaves off what fails again and again: after five failures in a row nothing is tried for five seconds, then once.

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

from personalization.conf import conf

logger = logging.getLogger("personalization")
FAILURES, REST = 5, 5.0


class Refused(RuntimeError):
    """This has failed too often lately: try again in a few seconds."""


@dataclass(eq=False)
class Request:
    """A request in hand: through which circuits it has sent statements, and through which something failed."""

    sent: set["Circuit"] = field(default_factory=set)
    failed: set["Circuit"] = field(default_factory=set)


_request: ContextVar[Request | None] = ContextVar("personalization_guarded_request", default=None)


class Circuit:
    """Closed: everything is tried. Open: everything is refused, save for one request after each rest."""

    def __init__(self, name: str, *, timeout: Callable[[], timedelta]) -> None:
        self.name, self._timeout = name, timeout
        self.clock: Callable[[], float] = time.monotonic
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """As if nothing had ever failed."""
        with self._lock:
            self._failures = 0
            self._resting_since: float | None = None
            self._trial: Request | None = None

    @property
    def is_open(self) -> bool:
        """Statements are refused."""
        return self._resting_since is not None

    @property
    def is_worth_a_try(self) -> bool:
        """A statement would be let through, or may be by now."""
        since, trial = self._resting_since, self._trial
        return since is None or self.clock() - since >= REST or (trial is not None and trial is _request.get())

    def seconds(self) -> float | None:
        """How long a statement may take here; None where nobody waits for it."""
        return None if _request.get() is None else self._timeout().total_seconds()

    def admit(self) -> None:
        """Lets a statement through, or raises Refused."""
        request = _request.get()
        if request is None:
            return
        with self._lock:
            if self._resting_since is not None and self._trial is not request:
                now = self.clock()
                if now - self._resting_since < REST:
                    raise Refused(Refused.__doc__)
                # This request tries for all. Should it never come back, the next one tries after another rest.
                self._resting_since, self._trial = now, request
        request.sent.add(self)

    def note_failure(self) -> bool:
        """Counts a failure of the database; says whether it is news, and so worth a line in the log."""
        request = _request.get()
        if request is None:
            return True
        request.failed.add(self)
        with self._lock:
            self._failures += 1
            was_open, opens = self._resting_since is not None, self._failures >= FAILURES
            if opens:
                self._resting_since, self._trial = self.clock(), None
        if opens and not was_open:
            logger.error(
                "personalization stops %s for %d seconds after %d failures in a row", self.name, REST, FAILURES
            )
        return not was_open

    def _note_success(self, request: Request) -> None:
        with self._lock:
            closes = self._resting_since is not None and self._trial is request
            if closes or self._resting_since is None:
                self._failures, self._resting_since, self._trial = 0, None, None
        if closes:
            logger.warning("personalization is %s again", self.name)

    @staticmethod
    def settle(request: Request) -> None:
        """The request is over: what it sent without one failure worked.

        Not statement by statement: a page of which one half always fails would never have five failures in a row.
        """
        for circuit in request.sent - request.failed:
            circuit._note_success(request)


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
