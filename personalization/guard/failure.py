"""What is kept and logged of an error: PostgreSQL's details quote whole rows, and a row may name somebody."""

import logging
import re

from django.db import Error

logger = logging.getLogger("personalization")
# Of data that is wrong the first sentence itself quotes what: invalid input syntax for type bigint: "…"
WRONG_DATA, QUOTED = "22", re.compile(r': ".*', re.DOTALL)


def message_of(error: BaseException) -> str:
    """The error's own words; of one of the database, its first sentence and none of the row that it quotes."""
    diag = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    primary: str | None = getattr(diag, "message_primary", None)
    if primary is None:
        return str(error) or repr(error)
    is_quoting = (getattr(diag, "sqlstate", None) or "").startswith(WRONG_DATA)
    return QUOTED.sub(": …", primary) if is_quoting else primary


def kind_and_message_of(error: BaseException) -> str:
    """The same, with its name before it, for those who know Python."""
    return f"{type(error).__name__}: {message_of(error)}"


def discreet(error: BaseException) -> BaseException:
    """The error itself, if neither it nor what led to it quotes a row; else a copy that does not, with its frames."""
    return _discreet(error, {}) or error


def connect() -> None:
    """From here on no line of our log quotes a row, whatever the shop's handlers make of an error."""
    logger.addFilter(_DISCREET)


class _Discreet(logging.Filter):
    """Changes the line before any handler sees it: one may write it, and another send the error itself elsewhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every line through."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            try:
                told = discreet(error)
                record.exc_info = (type(told), told, told.__traceback__)
            except Exception:
                # It must not fail the page that logs; and what can't be told discreetly is not told.
                record.exc_info = None
        return True


_DISCREET = _Discreet()


def _discreet(error: BaseException | None, seen: dict[int, BaseException | None]) -> BaseException | None:
    """A copy of the error; None if it may stay as it is. `seen`: what was looked at, for one may lead to itself."""
    if error is None or id(error) in seen:
        return seen.get(id(error))
    seen[id(error)] = None
    cause, context = _discreet(error.__cause__, seen), _discreet(error.__context__, seen)
    is_quoting = _is_of_the_database(error) and message_of(error) != str(error)
    if not (is_quoting or cause or context):
        return None
    copy = seen[id(error)] = _copy(error)
    copy.__traceback__ = error.__traceback__
    copy.__context__ = context or error.__context__
    if error.__suppress_context__:
        copy.__cause__ = cause or error.__cause__
    return copy


def _is_of_the_database(error: BaseException) -> bool:
    return isinstance(error, Error) or hasattr(error, "diag")


def _copy(error: BaseException) -> BaseException:
    if _is_of_the_database(error):
        return type(error)(message_of(error))
    # Not by calling its class, which may ask for anything.
    copy = type(error).__new__(type(error), *error.args)
    copy.args = error.args
    vars(copy).update(vars(error))
    return copy
