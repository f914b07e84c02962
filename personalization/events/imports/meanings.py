"""What the texts of a column mean. In a file of millions most have been seen before, and are worked out once."""

from collections.abc import Callable, Iterable
from typing import Any

from personalization.events.imports.faults import RowFault

CACHED = 50_000
Reader = Callable[[str], Any]


class Meanings(dict[str, Any]):
    """What texts mean, by the text, so that a whole column is read at the speed of a dictionary."""

    def __init__(self, read: Reader) -> None:
        self._read = read

    def __missing__(self, text: str) -> Any:
        meaning = self._read(text)
        if len(self) >= CACHED:
            self.clear()
        self[text] = meaning
        return meaning


def read_column(read: Reader, column: Iterable[str]) -> list[Any]:
    """What each text means; in the place of one that means nothing stands the RowFault."""
    texts = list(column)
    try:
        return list(map(read, texts))
    except RowFault:
        return [_meaning_or_fault(read, text) for text in texts]


def _meaning_or_fault(read: Reader, text: str) -> Any:
    try:
        return read(text)
    except RowFault as fault:
        return fault
