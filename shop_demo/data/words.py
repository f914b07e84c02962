"""Reads the word tables: plain text that a shop owner could mend."""

import functools
from collections.abc import Iterator
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@functools.cache
def word_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of a table with lines like "key: one, two, three"."""
    pairs = (line.split(":", 1) for line in table_lines(name))
    return {key: tuple(word.strip() for word in words.split(",")) for key, words in pairs}


def table_lines(name: str) -> Iterator[str]:
    """The lines of a table, without its remarks."""
    for line in (TABLES / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line
