"""The log as Parquet, day by day, for whoever learns elsewhere: numbers, no names, and only what learning reads."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from personalization.events import by_day
from personalization.recommend.train.parquet import Columns, LogFolder, catalogue_columns
from personalization.recommend.train.read import read_log


def export_log(folder: LogFolder, *, since: datetime, until: datetime) -> dict[str, int]:
    """Makes the folder say what the log says of [since, until). Days that it says already are left alone.

    Killed, it is started again and goes on. A day that changed since, by an erasure or a return, is written anew; one
    with nothing left is removed.
    """
    done = {"purchases": 0, "visits": 0, "days_written": 0, "days_kept": 0}
    for start, end in _days(since, until):
        for table, rows in (("purchases", by_day.purchases), ("visits", by_day.visits)):
            _export_day(folder, table, rows(since=start, until=end), start.date(), done)
    # No moment at all: only the goods.
    goods = read_log(since=until, until=until).catalogue
    folder.write("catalogue", [catalogue_columns(goods)])
    return done | {"products": len(goods.product)}


def _export_day(folder: LogFolder, table: str, rows: by_day.Rows, day: date, done: dict[str, int]) -> None:
    there, mark = folder.mark(table, day), rows.mark()
    if there == mark:
        done["days_kept"] += 1
    elif mark:
        done[table] += folder.write(table, _as_columns(rows.columns, rows), day=day, mark=mark)
        done["days_written"] += 1
    else:
        folder.remove(table, day)


def _as_columns(names: tuple[str, ...], batches: Iterable[list[tuple[Any, ...]]]) -> Iterator[Columns]:
    for batch in batches:
        columns = {name: np.array(values) for name, values in zip(names, zip(*batch, strict=True), strict=True)}
        if "value" in columns:
            columns["price"] = columns.pop("value") / np.maximum(columns["quantity"], 1.0)
        yield columns


def _days(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The days of [since, until) in UTC; the first and the last may be parts of one."""
    start = since.astimezone(UTC)
    while start < until:
        end = min(datetime.combine(start.date() + timedelta(days=1), time(), UTC), until)
        yield start, end
        start = end
