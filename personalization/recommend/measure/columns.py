"""Any table as columns by name: a data frame, an Arrow table, columns in a dict, or rows as mappings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.faults import BadTransactions

Column = Any  # a numpy array or a list
Columns = Mapping[str, Column]


def columns_of(table: Any, *, what: str, needed: Sequence[str], optional: Sequence[str] = ()) -> Columns:
    """The columns that are asked for, equally long; an optional one that is not there is left out. Raises."""
    there = _by_name(table, what=what)
    if there and not any(map(_length, there.values())):
        return {}
    missing = [name for name in needed if name not in there]
    if missing and there:
        raise BadTransactions(
            _("%(what)s: there is no column “%(name)s”. Rename the one that holds it; the columns are: %(there)s."),
            what=what, name=missing[0], there=", ".join(map(str, there)),
        )  # fmt: skip
    found = {name: _plain(there[name]) for name in (*needed, *optional) if there.get(name) is not None}
    _even(found, what=what)
    return found


def _by_name(table: Any, *, what: str) -> Mapping[str, Any]:
    if table is None:
        return {}
    if hasattr(table, "column_names"):  # Arrow
        return {name: table.column(place) for place, name in enumerate(table.column_names)}
    if isinstance(table, Mapping):
        return table
    if hasattr(table, "columns"):  # pandas, polars
        return {name: table[name] for name in table.columns}
    if getattr(getattr(table, "dtype", None), "names", None):
        return {name: table[name] for name in table.dtype.names}
    return _of_rows(table, what=what)


def _of_rows(table: Any, *, what: str) -> Mapping[str, Any]:
    rows = list(table) if isinstance(table, Iterable) and not isinstance(table, (str, bytes)) else [table]
    if not all(isinstance(row, Mapping) for row in rows):
        raise BadTransactions(
            _("%(what)s must be a data frame, an Arrow table, a dict of columns, or rows as dicts; not a %(kind)s."),
            what=what, kind=type(rows[0] if rows else table).__name__,
        )  # fmt: skip
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _plain(column: Any) -> Column:
    if hasattr(column, "to_pylist"):
        return _of_arrow(column)
    if isinstance(column, np.ndarray):
        return column
    if hasattr(column, "to_numpy"):
        return column.to_numpy()
    return list(column)


def _of_arrow(column: Any) -> Column:
    try:
        return column.to_numpy()
    except (TypeError, ValueError, NotImplementedError):
        return column.to_pylist()


def _length(column: Any) -> int:
    return len(column) if hasattr(column, "__len__") else 1


def _even(columns: Columns, *, what: str) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise BadTransactions(
            _("%(what)s: the columns are not equally long (%(lengths)s). Each needs one value for each line."),
            what=what, lengths=", ".join(f"{name}: {length}" for name, length in lengths.items()),
        )  # fmt: skip
