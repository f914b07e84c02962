"""The database as the tests of safety need it: a few statements, and somebody else's connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext


def run(sql: str) -> Any:
    """The first value that a statement gives, over the connection of the shop."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


@contextmanager
def another_connection() -> Iterator[psycopg.Connection[Any]]:
    """Somebody else at the same database, who commits each statement."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    known = {name: parameters[name] for name in names if parameters.get(name)}
    with psycopg.connect(**known, autocommit=True) as other:
        yield other


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is sent meanwhile."""
    sent: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield sent
    # A statement that was refused before it was sent is noted without its words.
    sent += [one["sql"] for one in captured if one["sql"]]


def savepoints(sent: list[str]) -> list[str]:
    """Those that mark a place in a transaction, give it up, or go back to it."""
    return [one for one in sent if one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO"))]


def our_log(caplog: Any) -> list[Any]:
    """The lines that we, or Django on our behalf, have logged."""
    return [one for one in caplog.records if one.name in ("personalization", "django.db.backends.base")]
