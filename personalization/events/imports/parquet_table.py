"""Parquet, batch by batch; its cells become the text that a CSV file would have."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from personalization.events.imports.faults import ImportFault
from personalization.events.imports.record import Record

BATCH = 10_000


class ParquetTable:
    """A Parquet file; its line numbers count rows from 1."""

    def __init__(self, path: Path) -> None:
        try:
            # Only who reads Parquet has it, and loading it takes a second.
            from pyarrow import ArrowException, parquet
        except ImportError:
            told = _(
                "Parquet is read by pyarrow, which is not installed: pip install 'django-oscar-personalization[files]'"
            )
            raise ImportFault(told) from None
        try:
            self._file = parquet.ParquetFile(path)
        except (ArrowException, OSError) as error:
            told = _("%(path)s is no Parquet file: %(error)s. Export it again.")
            raise ImportFault(told % {"path": path, "error": error}) from None
        self.header = [str(name) for name in self._file.schema_arrow.names]
        self.lines = int(self._file.metadata.num_rows)
        if not self.lines:
            raise ImportFault(_("The file %(path)s has no rows. Export it again.") % {"path": path})

    def records(self, *, after: int) -> Iterator[Record]:
        """The rows after this one."""
        line = 0
        for group in range(self._file.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if line + rows <= after:
                line += rows
                continue
            for batch in self._file.iter_batches(batch_size=BATCH, row_groups=[group]):
                for cells in zip(*(_texts(column) for column in batch.columns), strict=True):
                    line += 1
                    if line > after:
                        yield Record(line, line, list(cells))


def _texts(column: Any) -> list[str]:
    import pyarrow as arrow

    if arrow.types.is_nested(column.type) or arrow.types.is_binary(column.type):
        return ["" if one is None else _told(one) for one in column.to_pylist()]
    if arrow.types.is_timestamp(column.type):
        # Python reads microseconds at the most.
        column = column.cast(arrow.timestamp("us", tz=column.type.tz), safe=False)
    return ["" if one is None else one for one in column.cast(arrow.string()).to_pylist()]


def _told(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return json.dumps(value, ensure_ascii=False, default=str)
