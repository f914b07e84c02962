"""A limit of time for statements that nobody may wait for longer, and the memory that lets them keep it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction


@contextmanager
def limited(span: timedelta, *, memory: str, without: str = "") -> Iterator[None]:
    """In a transaction of its own, or within the one in hand, where all is as before afterwards.

    `without` is a way of joining that the server must not think of.
    """
    wanted = {"statement_timeout": f"{span / timedelta(milliseconds=1):.0f}ms", "work_mem": memory}
    if without:
        wanted[f"enable_{without}"] = "off"
    with transaction.atomic():
        before = _asked("current_setting(%s)", [(name,) for name in wanted])
        _set(wanted.items())
        yield
        # After an error there is nothing to undo: the savepoint takes all of it along.
        _set(zip(wanted, before, strict=True))


def _set(values: Iterable[tuple[str, str]]) -> None:
    _asked("set_config(%s, %s, TRUE)", list(values))


def _asked(call: str, each: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([call] * len(each))}", [one for params in each for one in params])
        answer: tuple[str, ...] = cursor.fetchone()
    return answer
