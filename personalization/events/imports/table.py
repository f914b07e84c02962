"""A file as rows of text, whatever its format: the contract of the readers, and the choice of one."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from personalization.events.imports.columns import Recipe
from personalization.events.imports.csv_table import CsvTable
from personalization.events.imports.faults import ImportFault
from personalization.events.imports.parquet_table import ParquetTable
from personalization.events.imports.record import Record

MEBIBYTE = 1 << 20


class Table(Protocol):
    """What a reader of a format gives."""

    header: list[str]
    lines: int

    def records(self, *, after: int) -> Iterator[Record]:
        """The rows that end after this line."""


def open_table(path: Path, recipe: Recipe) -> Table:
    """The reader of this file, by its name. Raises ImportFault."""
    if not path.is_file():
        raise ImportFault(_("There is no file %(path)s. Mend the path.") % {"path": path})
    if path.suffix.lower() in (".parquet", ".pq"):
        return ParquetTable(path)
    return CsvTable(path, separator=recipe.separator, encoding=recipe.encoding)


def fingerprint(path: Path, recipe: Recipe) -> str:
    """Knows this file again when it is read in the same way: its size, its first and last mebibyte, and the recipe."""
    size = path.stat().st_size
    digest = hashlib.sha256(repr((size, sorted(recipe.told.items(), key=str))).encode())
    with path.open("rb") as file:
        digest.update(file.read(MEBIBYTE))
        file.seek(max(0, size - MEBIBYTE))
        digest.update(file.read())
    return digest.hexdigest()
