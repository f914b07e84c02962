"""What the cells of a file mean: moments and numbers, as people and other systems write them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import ceil

from django.utils.translation import gettext as _

from personalization.events.imports.faults import RowFault

EPOCH = datetime.fromtimestamp(0, UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp() * 1000)
CACHED = 50_000
LARGEST_QUANTITY = 2_147_483_647
LARGEST_VALUE = Decimal(10) ** 12
# Seconds since 1970 have nine or ten digits in our days, milliseconds twelve or thirteen; eight are a date.
SINCE_1970 = re.compile(r"\d{9,14}(\.\d+)?", re.ASCII)
MILLISECONDS_FROM = 100_000_000_000
# Spaces of all sorts, and the apostrophe of Switzerland, group the thousands.
GROUPING = str.maketrans("", "", " \u00a0\u2009\u202f'’")

Moment = tuple[int, str]


def moment_reader(zone: tzinfo, *, date_format: str = "", now: datetime) -> Callable[[str], Moment]:
    """A reader of moments: milliseconds since 1970, and the moment as PostgreSQL reads it. Raises RowFault."""
    latest = (now - EPOCH) // MILLISECOND

    @lru_cache(maxsize=CACHED)
    def read(text: str) -> Moment:
        try:
            moment = _parsed(text.strip(), date_format)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            milliseconds = (aware - EPOCH) // MILLISECOND
        except (ValueError, OverflowError):
            told = _("“%(text)s” is no time") if text.strip() else _("the time is missing")
            raise RowFault(told % {"text": text}) from None
        if milliseconds > latest:
            raise RowFault(_("the time “%(text)s” lies in the future") % {"text": text})
        if milliseconds < EARLIEST:
            raise RowFault(_("the time “%(text)s” lies before 1990") % {"text": text})
        return milliseconds, aware.astimezone(UTC).isoformat()

    return read


def _parsed(text: str, date_format: str) -> datetime:
    if date_format:
        return datetime.strptime(text, date_format)
    if SINCE_1970.fullmatch(text):
        number = float(text)
        return EPOCH + timedelta(milliseconds=number if number >= MILLISECONDS_FROM else number * 1000)
    return datetime.fromisoformat(text)


@lru_cache(maxsize=CACHED)
def quantity(text: str) -> int:
    """A number of pieces; of goods that are weighed, a part is a piece. Raises RowFault."""
    number = _number(text)
    if number <= 0:
        raise RowFault(_("the quantity “%(text)s” is not above zero: a return is no purchase") % {"text": text})
    if number > LARGEST_QUANTITY:
        raise RowFault(_("the quantity “%(text)s” is too large") % {"text": text})
    return ceil(number)


@lru_cache(maxsize=CACHED)
def value(text: str) -> str:
    """An amount of money as PostgreSQL reads it. Raises RowFault."""
    number = _number(text)
    if number < 0:
        raise RowFault(_("the value “%(text)s” is below zero: a return is no purchase") % {"text": text})
    if number >= LARGEST_VALUE:
        raise RowFault(_("the value “%(text)s” is too large") % {"text": text})
    return f"{number:f}"


def _number(text: str) -> Decimal:
    try:
        number = Decimal(_with_point(text.translate(GROUPING)))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise RowFault(_("“%(text)s” is no number") % {"text": text})
    return number


def _with_point(text: str) -> str:
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point >= 0:  # 1.234,50
        return text.replace(".", "").replace(",", ".")
    if point > comma >= 0:  # 1,234.50
        return text.replace(",", "")
    separator = "," if comma >= 0 else "."
    # One comma is a decimal comma; several of either are thousands.
    return text.replace(separator, "." if text.count(separator) == 1 else "")
