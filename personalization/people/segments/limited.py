"""A limit of time for statements that nobody may wait for longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction


@contextmanager
def limited(span: timedelta) -> Iterator[None]:
    """In a transaction of its own, or within the one in hand, of which the limit is as before afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            before = cursor.fetchone()[0]
            cursor.execute(_SET, [f"{span / timedelta(milliseconds=1):.0f}ms"])
        yield
        # After an error there is nothing to undo: the savepoint takes the limit with it.
        with connection.cursor() as cursor:
            cursor.execute(_SET, [before])


_SET = "SELECT set_config('statement_timeout', %s, TRUE)"
