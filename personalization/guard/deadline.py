"""Cancels a statement of ours that takes too long: no second connection of Django, no setting of the shop's session.

A `SET LOCAL statement_timeout` would leak into the shop's transaction with the savepoint's release, and would cost two
queries for each of ours. PostgreSQL's own way to cancel costs none, and ends a wait for a lock too.

Whoever waits for the answer looks at the clock himself, in the driver's own wait: a second thread that watches would
take the interpreter's lock from the page just when its answer comes, and would be lost in a fork.

Why the cancel can't hit the shop's next statement. A cancel names a server process, not a statement, so all hangs on
when the signal arrives. (1) It is sent by the thread that waits for the statement, which goes on when it was sent and
not before. (2) Sending ends when the server closes the cancel's own connection, and it does so after it has signalled
the process. (3) A process that is signalled while it waits for a command drops the signal: it looks at its signals once
more between reading a command and beginning it. So the signal is used up before the shop's next statement begins,
whether ours was still running or just done. (4) If the server gives no such answer, nobody knows; then the connection
is given up, unless the shop is in the middle of a transaction: see `frame`.
"""

import time
from collections.abc import Generator
from typing import Any

# How long is waited for the server to confirm a cancel: usually a millisecond.
CONFIRMED_WITHIN = 1.0
# So often the clock is looked at within a deadline, but never without a rest: the driver counts whole milliseconds.
LOOKS, REST = 4, 0.001


class Deadline:
    """What is executed inside on this connection of the driver is cancelled after so many seconds."""

    def __init__(self, raw: Any, seconds: float) -> None:
        self.raw, self.seconds = raw, seconds
        self.was_cancelled = self.is_in_doubt = False

    def __enter__(self) -> "Deadline":
        self.due = time.monotonic() + self.seconds
        # On this one connection, and for this one statement: the driver waits for every answer by its own `wait`.
        self.raw.wait = self._wait
        return self

    def __exit__(self, *_: object) -> None:
        del self.raw.wait

    def cancel(self) -> None:
        """Cancels the statement under way; comes back when the server has done so."""
        self.was_cancelled = True
        try:
            self.raw.cancel_safe(timeout=CONFIRMED_WITHIN)
        except Exception:
            self.is_in_doubt = True

    def _wait(self, answer: Generator[Any, Any, Any], interval: float = 0, **more: Any) -> Any:
        look = max(self.seconds / LOOKS, REST)
        return type(self.raw).wait(self.raw, self._watched(answer), look, **more)

    def _watched(self, answer: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        # The driver's generator says what it waits for, and is told what came: after each look at the clock, nothing.
        try:
            wanted = next(answer)
            while True:
                came = yield wanted
                if not self.was_cancelled and time.monotonic() >= self.due:
                    self.cancel()
                wanted = answer.send(came)
        except StopIteration as end:
            return end.value
