"""What a library is asked with, looked at once: a slip ends in a sentence, and never in a list that looks right."""

from collections.abc import Iterable, Sequence
from operator import index
from typing import Any


def how_many(k: Any) -> int:
    """The length of a list. Raises ValueError for what is no whole number, or none above nought."""
    try:
        count = index(k)
    except TypeError:
        count = 0
    if count < 1 or isinstance(k, bool):
        raise ValueError(f"k is {k!r}, but must be a whole number of 1 or more.")
    return count


def visit_of(items: Any) -> Sequence[object]:
    """What was looked at in a visit. Raises ValueError for one name where a list of them is asked for."""
    if isinstance(items, str | bytes) or not isinstance(items, Iterable):
        raise ValueError(f"A visit is {items!r}, but must be a list of items, oldest first: [{items!r}].")
    return list(items)
