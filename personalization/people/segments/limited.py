"""A limit of time for statements that nobody may wait for longer, and the memory that lets them keep it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction


@contextmanager
def limited(span: timedelta, *, memory: str) -> Iterator[None]:
    """In a transaction of its own, or within the one in hand, of which limit and memory are as before afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('work_mem')")
            before = cursor.fetchone()
            cursor.execute(_SET, [f"{span / timedelta(milliseconds=1):.0f}ms", memory])
        yield
        # After an error there is nothing to undo: the savepoint takes both with it.
        with connection.cursor() as cursor:
            cursor.execute(_SET, before)


_SET = "SELECT set_config('statement_timeout', %s, TRUE), set_config('work_mem', %s, TRUE)"
