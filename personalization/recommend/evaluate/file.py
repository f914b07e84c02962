"""Anybody's transactions from a CSV or Parquet file, as columns by the names that the scorecard knows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from personalization.events.imports.csv_table import CsvTable
from personalization.events.imports.faults import ImportFault
from personalization.events.imports.parquet_table import ParquetTable

TRANSACTIONS = ("user", "basket", "item", "time", "quantity", "price")
CLICKS = ("session", "item", "time")
ITEMS = ("item", "category", "title", "brand")


def read_columns(path: Path, columns: Mapping[str, str], *, known: tuple[str, ...], option: str,
                 separator: str = "", encoding: str = "utf-8") -> tuple[dict[str, list[Any]], int]:  # fmt: skip
    """The columns of the file under our names, and how many rows were broken. Raises ImportFault."""
    if not path.is_file():
        raise ImportFault(_("There is no file %(path)s. Mend the path.") % {"path": path})
    is_parquet = path.suffix.lower() in (".parquet", ".pq")
    table = ParquetTable(path) if is_parquet else CsvTable(path, separator=separator, encoding=encoding)
    places = _places(columns, table.header, known=known, option=option)
    found: dict[str, list[Any]] = {name: [] for name in places}
    wanted = [(found[name], place) for name, place in places.items()]
    # One text is kept once, however often it stands in the file.
    same: dict[str, str] = {}
    broken = 0
    for record in table.records(after=0):
        if record.fault:
            broken += 1
            continue
        for column, place in wanted:
            cell = record.cells[place]
            column.append(same.setdefault(cell, cell))
    return found, broken


def _places(columns: Mapping[str, str], header: list[str], *, known: tuple[str, ...], option: str) -> dict[str, int]:
    there = _("The file has: %(names)s.") % {"names": ", ".join(header)}
    wrong = [name for name in columns if name not in known]
    if wrong:
        told = _("%(option)s knows no “%(name)s”. Take one of: %(known)s.")
        raise ImportFault(told % {"option": option, "name": wrong[0], "known": ", ".join(known)})
    named = dict(columns) or {name: name for name in known if name in header}
    missing = [column for column in named.values() if column not in header]
    if missing:
        told = _("The file has no column “%(name)s” that %(option)s names. Name one that is there. %(there)s")
        raise ImportFault(told % {"name": missing[0], "option": option, "there": there})
    needed = [name for name in known if name in ("user", "session", "item", "time") and name not in named]
    if needed:
        told = _("Nothing says which column holds “%(name)s”: add %(option)s %(name)s=COLUMN. %(there)s")
        raise ImportFault(told % {"name": needed[0], "option": option, "there": there})
    return {name: header.index(column) for name, column in named.items()}
