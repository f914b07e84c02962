"""Cancels a statement of ours that takes too long: no second connection of Django, no setting of the shop's session.

A `SET LOCAL statement_timeout` would leak into the shop's transaction with the savepoint's release, and would cost two
queries for each of ours. PostgreSQL's own way to cancel costs none, and ends a wait for a lock too.

Why the cancel can't hit the shop's next statement. A cancel names a server process, not a statement, so all hangs on
when the signal arrives. (1) It is sent under the watch's lock, and only while the statement is not over; whoever
executes the statement marks it as over under the same lock before going on, and so waits for a cancel that is on its
way. (2) Sending ends when the server closes the cancel's own connection, and it does so after it has signalled the
process. (3) A process that is signalled while it waits for a command drops the signal: it looks at its signals once
more between reading a command and beginning it. So the signal is used up before the shop's next statement begins,
whether ours was still running or just done. (4) If the server gives no such answer, nobody knows; then the connection
is given up, unless the shop is in the middle of a transaction: see `frame`.
"""

import heapq
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# How long the watcher waits for the server to confirm a cancel: usually a millisecond.
CONFIRMED_WITHIN = 1.0


class Watch:
    """One statement under way."""

    def __init__(self, raw: Any, *, due: float) -> None:
        self.raw, self.due = raw, due
        self.lock = threading.Lock()
        self.is_over = self.was_cancelled = self.is_in_doubt = False

    def __lt__(self, other: "Watch") -> bool:
        return self.due < other.due

    def cancel(self) -> None:
        """Cancels the statement if it is still under way; comes back when the server has done so."""
        with self.lock:
            if self.is_over:
                return
            self.was_cancelled = True
            try:
                self.raw.cancel_safe(timeout=CONFIRMED_WITHIN)
            except Exception:
                self.is_in_doubt = True

    def end(self) -> None:
        """The statement is over; comes back when nothing can cancel it any more."""
        with self.lock:
            self.is_over = True
            self.raw = None


class Watcher:
    """The one thread of the process that looks at the clock for all statements; it starts with the first."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watches: list[Watch] = []
        self._thread: threading.Thread | None = None

    def add(self, watch: Watch) -> None:
        """Watches over this statement, too."""
        with self._changed:
            heapq.heappush(self._watches, watch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="personalization-deadlines", daemon=True)
                self._thread.start()
            elif self._watches[0] is watch:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next_due().cancel()

    def _next_due(self) -> Watch:
        with self._changed:
            while True:
                while self._watches and self._watches[0].is_over:
                    heapq.heappop(self._watches)
                left = self._watches[0].due - time.monotonic() if self._watches else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._watches)
                self._changed.wait(left)


_watcher = Watcher()


def _begin_again() -> None:
    # A forked process has the parent's locks as they stood, and none of its threads.
    global _watcher
    _watcher = Watcher()


os.register_at_fork(after_in_child=_begin_again)


@contextmanager
def deadline(raw: Any, seconds: float) -> Iterator[Watch]:
    """What is executed inside on this connection of the driver is cancelled after so many seconds."""
    watch = Watch(raw, due=time.monotonic() + seconds)
    _watcher.add(watch)
    try:
        yield watch
    finally:
        watch.end()
