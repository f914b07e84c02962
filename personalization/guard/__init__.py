"""The wrapper round everything the shop calls: a failure of ours is logged once and the shop goes on.

`deadline` cancels what takes too long, `circuit` leaves off what fails again and again, `frame` keeps the shop's own
transaction whole. Deadlines and circuits hold where somebody waits for a page: `in_a_request`; jobs take their time.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import Error, connection, transaction

from personalization.guard.circuit import READING, WRITING, Refused, has_waited, in_a_request, unhurried
from personalization.guard.frame import framed

__all__ = ["READING", "WRITING", "Refused", "TouchedDatabase", "guarded", "guarded_after_commit", "guarded_in_memory",
           "has_waited", "in_a_request", "unhurried"]  # fmt: skip

logger = logging.getLogger("personalization")
T = TypeVar("T")


class TouchedDatabase(RuntimeError):
    """Work that is promised to need no database asked for it: record what is at hand, and look up the rest later."""


def guarded(action: Callable[[], T], *, doing: str, fallback: T, writes: bool = False) -> T:
    """Runs the action; on any exception logs it once and gives the fallback.

    Inside a transaction of the shop the first statement takes a savepoint: a database error that is merely swallowed
    would leave the shop's own transaction aborted, and a basket line silently unsaved. A guard inside a guard shares
    that savepoint, because what only reads has nothing to lose; one that `writes` has its own.
    """
    circuit = WRITING if writes else READING
    try:
        with framed(circuit, writes=writes):
            return action()
    except Refused:
        # Told when the circuit opened; now the shop goes on without a word.
        return fallback
    except Exception as error:
        if not isinstance(error, (Error, TimeoutError)) or circuit.note_failure(error):
            logger.exception("personalization failed while %s; the shop goes on without it", doing)
        return fallback


def guarded_in_memory(action: Callable[[], None], *, doing: str) -> None:
    """As `guarded`, for work that touches no database: no savepoint, so no query, and none can slip through."""
    try:
        with connection.execute_wrapper(_refuse):
            action()
    except Exception:
        logger.exception("personalization failed while %s; the shop goes on without it", doing)


def guarded_after_commit(action: Callable[[], Any], *, doing: str) -> None:
    """As `guarded`, once the transaction in hand has committed; at once where there is none.

    Django's own `robust` is not enough: it logs a failure by the `__qualname__` of what failed, which a `partial` has
    not, and that second error would come out of the shop's own commit.
    """

    def work() -> None:
        guarded(action, doing=doing, fallback=None, writes=True)

    transaction.on_commit(work, robust=True)


def _refuse(*_: Any) -> None:
    # Refused before it is sent: without a savepoint, an error of the database would abort the shop's transaction.
    raise TouchedDatabase(TouchedDatabase.__doc__)
