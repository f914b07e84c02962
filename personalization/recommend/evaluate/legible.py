"""A file as people keep them: the few lines that nobody can read are left out, and counted."""

from collections.abc import Mapping, Sequence
from typing import Any

from personalization.recommend.measure.amounts import amount_of
from personalization.recommend.measure.moments import unreadable

MOST = 0.05  # of the lines: where more cannot be read, the column or the format is the wrong one
Columns = Mapping[str, Sequence[Any]]


def legible(columns: Columns, *, date_format: str = "") -> tuple[Columns, dict[str, int]]:
    """Without those lines, and how many there are by column; as it was, where they are too many."""
    wrong = {name: texts for name, texts in _wrong(columns, date_format).items() if texts}
    lines = len(columns.get("item", ()))
    kept = [row for row in range(lines) if not any(columns[name][row] in texts for name, texts in wrong.items())]
    if not wrong or lines - len(kept) > MOST * lines:
        return columns, {}
    counts = {name: sum(cell in texts for cell in columns[name]) for name, texts in wrong.items()}
    return {name: [column[row] for row in kept] for name, column in columns.items()}, counts


def _wrong(columns: Columns, date_format: str) -> dict[str, set[Any]]:
    """By column, what stands in it and cannot be read. An amount may be missing."""
    told = {name: [cell for cell in dict.fromkeys(column) if cell.strip()] for name, column in columns.items()}
    empty = {name: {cell for cell in dict.fromkeys(columns[name]) if not cell.strip()}
             for name in ("item", "time") if name in columns}  # fmt: skip
    wrong = {name: {cell for cell in told[name] if amount_of(cell) is None}
             for name in ("quantity", "price") if name in columns}  # fmt: skip
    if "time" in columns:
        empty["time"] |= unreadable(told["time"], date_format=date_format)
    return wrong | empty
