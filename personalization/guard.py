"""The wrapper round everything the shop calls: a failure of ours is logged once and the shop goes on."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, transaction

logger = logging.getLogger("personalization")
T = TypeVar("T")


class TouchedDatabase(RuntimeError):
    """Work that is promised to need no database asked for it: record what is at hand, and look up the rest later."""


def guarded(action: Callable[[], T], *, doing: str, fallback: T) -> T:
    """Runs the action; on any exception logs it once and gives the fallback.

    Inside a transaction of the shop the action runs in a savepoint: a database error that is merely swallowed would
    leave the shop's own transaction aborted, and a basket line silently unsaved.
    """
    try:
        if connection.in_atomic_block:
            with transaction.atomic():
                return action()
        return action()
    except Exception:
        logger.exception("personalization failed while %s; the shop goes on without it", doing)
        return fallback


def guarded_in_memory(action: Callable[[], None], *, doing: str) -> None:
    """As `guarded`, for work that touches no database: no savepoint, so no query, and none can slip through."""
    try:
        with connection.execute_wrapper(_refuse):
            action()
    except Exception:
        logger.exception("personalization failed while %s; the shop goes on without it", doing)


def _refuse(*_: Any) -> None:
    # Refused before it is sent: without a savepoint, an error of the database would abort the shop's transaction.
    raise TouchedDatabase(TouchedDatabase.__doc__)
