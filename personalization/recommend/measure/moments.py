"""Moments as people keep them, in days since 1970: times, dates, text, and numbers of several kinds.

Numbers are told apart by their size. Whole ones that all read as a calendar date, such as 20260302, are dates; from
10^17 on they are nanoseconds, from 10^14 microseconds, from 10^11 milliseconds, from 10^8 seconds since 1970. Smaller
ones count days, unless they span more than two centuries: then they are seconds since some beginning.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from django.utils.translation.trans_null import gettext_noop as _  # the other one reads settings

from personalization.recommend.measure.columns import Column
from personalization.recommend.measure.faults import BadTransactions
from personalization.recommend.measure.names import is_missing
from personalization.recommend.train.log import Floats

DAY = 86_400.0
UNITS = ((1e17, DAY * 1e9), (1e14, DAY * 1e6), (1e11, DAY * 1e3), (1e8, DAY))
MOST_DAYS = 73_000.0
FIRST_DATE, LAST_DATE = 1900_01_01, 2199_12_31
MICROSECONDS = DAY * 1e6
# Tried in turn where text is not ISO 8601; where two of them read every line, the one that spans less time.
DAYS = (
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y",
    "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d",
)  # fmt: skip
CLOCKS = (" %H:%M", " %H:%M:%S", "", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f")
SAMPLE = 50  # of the texts: a format that reads none of these is not tried on all
FORMATS = tuple(f"{day}{clock}" for day in DAYS for clock in CLOCKS)


def days_of(values: Column, *, column: str = "time", date_format: str = "") -> Floats:
    """Days since 1970 in UTC, the time of day as the fraction. Raises BadTransactions."""
    array = values if isinstance(values, np.ndarray) else None
    if array is not None and array.dtype.kind == "M":
        days = array.astype("datetime64[us]").astype(np.int64) / MICROSECONDS
        return _whole(np.where(np.isnat(array), np.nan, days), column)
    if array is not None and array.dtype.kind in "iuf":
        return _by_size(_whole(array.astype(np.float64), column))
    return _of_list(values.tolist() if array is not None else list(values), column, date_format)


def unreadable(texts: Iterable[str], *, date_format: str = "") -> set[str]:
    """Those that are no time, by the reading that reads most of them."""
    different = list(dict.fromkeys(texts))
    ways: list[Callable[[str], object]] = [_strptime(date_format)] if date_format else [
        _finite, datetime.fromisoformat, *map(_strptime, FORMATS)
    ]  # fmt: skip
    tried = [way for way in ways if any(_is_read(text, way) for text in different[:SAMPLE])]
    return min(({text for text in different if not _is_read(text, way)} for way in tried), key=len,
               default=set(different))  # fmt: skip


def _is_read(text: str, way: Callable[[str], object]) -> bool:
    try:
        way(text.strip())
    except (ValueError, OverflowError):
        return False
    return True


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _of_list(values: list[Any], column: str, date_format: str) -> Floats:
    missing = sum(map(is_missing, values))
    if missing:
        raise _missing(column, missing, len(values))
    if all(isinstance(value, str) for value in values):
        return _of_text([value.strip() for value in values], column, date_format)
    if all(isinstance(value, date) for value in values):
        return np.array([_day(value) for value in values], dtype=np.float64)
    try:
        return _by_size(np.array([float(value) for value in values], dtype=np.float64))
    except (TypeError, ValueError):
        return _of_text([_as_text(value) for value in values], column, date_format)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def _of_text(values: list[str], column: str, date_format: str) -> Floats:
    different = list(dict.fromkeys(values))
    if not date_format and (numbers := _floats(different)) is not None:
        known: Mapping[str, float] = dict(zip(different, _by_size(numbers).tolist(), strict=True))
    else:
        known = _read(different, column, date_format)
    return np.array([known[value] for value in values], dtype=np.float64)


def _floats(values: list[str]) -> Floats | None:
    try:
        numbers = np.array([float(value) for value in values], dtype=np.float64)
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None


def _read(values: list[str], column: str, date_format: str) -> Mapping[str, float]:
    if date_format:
        ways: list[Callable[[str], datetime]] = [lambda text: datetime.strptime(text, date_format)]
    else:
        ways = [datetime.fromisoformat, *(_strptime(one) for one in FORMATS if _reads(values[0], one))]
    readings = [found for way in ways if (found := _read_all(values, way)) is not None]
    if not readings:
        raise BadTransactions(
            _("The column “%(name)s” holds “%(text)s”, which is read as no time. Write times as 2026-03-02 10:15:00, "
              "or name their format by --date-format (in Python date_format), such as %%d.%%m.%%Y %%H:%%M."),
            name=column, text=_unread(values, ways[0]),
        )  # fmt: skip
    return min(readings, key=lambda found: max(found.values()) - min(found.values()))


def _strptime(one: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, one)


def _reads(text: str, one: str) -> bool:
    # Most formats fail at the first line: the others need not be tried on millions.
    return _read_all([text], _strptime(one)) is not None


def _read_all(values: list[str], way: Callable[[str], datetime]) -> dict[str, float] | None:
    try:
        return {text: _day(way(text)) for text in values}
    except (ValueError, OverflowError):
        return None


def _unread(values: list[str], way: Callable[[str], datetime]) -> str:
    return next(text for text in values if _read_all([text], way) is None)


def _day(value: date) -> float:
    if not isinstance(value, datetime):
        return float((value - date(1970, 1, 1)).days)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() / DAY


def _by_size(numbers: Floats) -> Floats:
    if not len(numbers):
        return numbers
    if (dates := _calendar(numbers)) is not None:
        return dates
    largest = float(np.abs(numbers).max())
    for least, in_a_day in UNITS:
        if largest >= least:
            return numbers / in_a_day
    return numbers / DAY if np.ptp(numbers) > MOST_DAYS else numbers


def _calendar(numbers: Floats) -> Floats | None:
    if numbers.min() < FIRST_DATE or numbers.max() > LAST_DATE or (numbers % 1 != 0).any():
        return None
    different, place = np.unique(numbers.astype(np.int64), return_inverse=True)
    try:
        days = [_day(date(one // 10_000, one // 100 % 100, one % 100)) for one in different.tolist()]
    except ValueError:
        return None
    return np.array(days)[place]


def _whole(days: Floats, column: str) -> Floats:
    missing = int((~np.isfinite(days)).sum())
    if missing:
        raise _missing(column, missing, len(days))
    return days


def _missing(column: str, missing: int, lines: int) -> BadTransactions:
    return BadTransactions(
        _("The column “%(name)s” is empty in %(missing)s of %(lines)s lines. Fill it in, or leave these lines out."),
        name=column, missing=missing, lines=lines,
    )  # fmt: skip
