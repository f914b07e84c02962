"""A log as Parquet files: a folder for each month and day, so that a cluster reads only what it needs.

    purchases/month=2026-03/date=2026-03-10/part.parquet      visits/...      catalogue/part.parquet

Columns are those of `log.py`. A file is written aside and renamed: whoever reads meets all of it or none.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from personalization.recommend.train.log import Catalogue, Floats, ShopLog, Table

WHOLE, MARK = "part.parquet", b"mark"
FIRST_DAY = date(1970, 1, 1)
INT, FLOAT, WORDS = "int64", "float64", "string"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "purchases": {
        "shopper": INT, "basket": INT, "product": INT, "day": FLOAT, "quantity": FLOAT, "price": FLOAT,
    },
    "visits": {"visitor": INT, "product": INT, "day": FLOAT},
    "catalogue": {"product": INT, "category": INT, "aisle": INT, "maker": INT, "text": WORDS},
}  # fmt: skip
Columns = Mapping[str, Any]


class NoParquet(RuntimeError):
    """Parquet is written by pyarrow, which is not installed: pip install 'django-oscar-personalization[files]'"""


@dataclass(frozen=True)
class LogFolder:
    """A folder of this machine, or an address that pyarrow knows: s3://, gs://, hdfs://, file://."""

    files: Any
    path: str

    @classmethod
    def at(cls, address: str) -> "LogFolder":
        """The folder of that address. Raises NoParquet."""
        try:
            from pyarrow import fs
        except ImportError as error:
            raise NoParquet(NoParquet.__doc__) from error
        if "://" in address:
            return cls(*fs.FileSystem.from_uri(address))
        return cls(fs.LocalFileSystem(), str(Path(address).resolve()))

    def mark(self, table: str, day: date | None = None) -> str:
        """What was noted of a file when it was written; empty where there is none."""
        from pyarrow import fs, parquet

        path = self._place(table, day) + WHOLE
        if self.files.get_file_info(path).type == fs.FileType.NotFound:
            return ""
        noted: dict[bytes, bytes] = parquet.read_schema(path, filesystem=self.files).metadata or {}
        return noted.get(MARK, b"").decode()

    def write(self, table: str, batches: Iterable[Columns], *, day: date | None = None, mark: str = "") -> int:
        """Writes one file, a batch at a time; gives how many rows."""
        import pyarrow as arrow

        schema = arrow.schema(COLUMNS[table].items(), metadata={MARK: mark.encode()})
        rows = 0
        with self._aside(self._place(table, day), schema) as writer:
            for batch in batches:
                writer.write_table(arrow.table({name: batch[name] for name in COLUMNS[table]}, schema=schema))
                rows += len(batch["product"])
        return rows

    def remove(self, table: str, day: date) -> None:
        """Takes the file of a day away."""
        self.files.delete_dir(self._place(table, day).rstrip("/"))

    def remove_all(self) -> None:
        """Takes the whole folder away."""
        self.files.delete_dir(self.path)

    def _place(self, table: str, day: date | None) -> str:
        return f"{self.path}/{table}/" + (f"month={day:%Y-%m}/date={day:%Y-%m-%d}/" if day else "")

    @contextmanager
    def _aside(self, place: str, schema: Any) -> Iterator[Any]:
        from pyarrow import parquet

        self.files.create_dir(place.rstrip("/"), recursive=True)
        aside = f"{place}_{WHOLE}"  # what begins with a line is not read by anybody
        with parquet.ParquetWriter(aside, schema, filesystem=self.files) as writer:
            yield writer
        self.files.move(aside, place + WHOLE)


def write_log(log: ShopLog, folder: LogFolder) -> None:
    """A log in memory, as files."""
    for name, table in (("purchases", log.purchases), ("visits", log.visits)):
        for day, rows in _by_date(table.day):
            folder.write(name, [_columns(name, table, rows)], day=day)
    folder.write("catalogue", [catalogue_columns(log.catalogue)])


def catalogue_columns(catalogue: Catalogue) -> Columns:
    """The catalogue, -1 for what a shop does not know."""
    unknown = np.full(len(catalogue.product), -1, np.int64)
    return {
        "product": catalogue.product, "category": catalogue.category, "text": list(catalogue.text),
        "aisle": unknown if catalogue.aisle is None else catalogue.aisle,
        "maker": unknown if catalogue.maker is None else catalogue.maker,
    }  # fmt: skip


def _columns(name: str, table: Table, rows: Any) -> Columns:
    return {column: getattr(table, column)[rows] for column in COLUMNS[name]}


def _by_date(day: Floats) -> Iterator[tuple[date, Any]]:
    """The rows of each date; in their order."""
    whole = np.floor(day).astype(np.int64)
    order = np.argsort(whole, kind="stable")
    dates, starts = np.unique(whole[order], return_index=True)
    for number, rows in zip(dates.tolist(), np.split(order, starts[1:]), strict=False):
        yield FIRST_DAY + timedelta(days=number), rows
