"""What the cells of a file mean: moments and numbers, as people and other systems write them."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from math import ceil

from django.utils.translation import gettext as _

from personalization.events.imports.faults import RowFault

EPOCH = datetime.fromtimestamp(0, UTC)
MICROSECOND = timedelta(microseconds=1)
EARLIEST = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
CACHED = 50_000
# A time as it mostly is; what stands behind its hour: ":15", and ":00" or nothing.
IN_AN_HOUR = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", re.ASCII)
MINUTES = {f":{minute:02}": minute * 60_000_000 for minute in range(60)}
SECONDS = {f":{second:02}": second * 1_000_000 for second in range(60)} | {"": 0}
LARGEST_QUANTITY = 2_147_483_647
LARGEST_VALUE = Decimal(10) ** 12
# Seconds since 1970 have nine or ten digits in our days, milliseconds twelve or thirteen; eight are a date.
SINCE_1970 = re.compile(r"\d{9,14}(\.\d+)?", re.ASCII)
MILLISECONDS_FROM = 100_000_000_000
# Spaces of all sorts, and the apostrophe of Switzerland, group the thousands.
GROUPING = str.maketrans("", "", " \u00a0\u2009\u202f'’")


class Moments:
    """Reads moments as microseconds since 1970.

    Rows of one hour share its beginning: of the usual `2026-03-02 10:15:00` only minutes and seconds are left to add.
    """

    def __init__(self, zone: tzinfo, *, date_format: str = "", now: datetime) -> None:
        self._zone, self._date_format = zone, date_format
        self._latest = (now - EPOCH) // MICROSECOND
        self._hours: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """The moment that this text means. Raises RowFault."""
        try:
            return self._hours[text[:13]] + MINUTES[text[13:16]] + SECONDS[text[16:]]
        except KeyError:
            return self._read(text.strip())

    def _read(self, text: str) -> int:
        try:
            moment = self._microseconds(_parsed(text, self._date_format))
        except (ValueError, OverflowError):
            told = _("“%(text)s” is no time") if text else _("the time is missing")
            raise RowFault(told % {"text": text}) from None
        if moment // 1000 > self._latest // 1000:
            raise RowFault(_("the time “%(text)s” lies in the future") % {"text": text})
        if moment < EARLIEST:
            raise RowFault(_("the time “%(text)s” lies before 1990") % {"text": text})
        if not self._date_format and IN_AN_HOUR.fullmatch(text):
            self._learn(text[:13])
        return moment

    def _learn(self, hour: str) -> None:
        began = datetime.fromisoformat(f"{hour}:00:00")
        first, last = map(self._microseconds, (began, began + timedelta(minutes=59, seconds=59)))
        # Clocks may be changed within the hour, and it may not be over.
        is_even, is_over = last - first == 3_599_000_000, EARLIEST <= first < last <= self._latest
        if is_even and is_over and len(self._hours) < CACHED:
            self._hours[hour] = first

    def _microseconds(self, moment: datetime) -> int:
        return ((moment if moment.tzinfo else moment.replace(tzinfo=self._zone)) - EPOCH) // MICROSECOND


def _parsed(text: str, date_format: str) -> datetime:
    if date_format:
        return datetime.strptime(text, date_format)
    if SINCE_1970.fullmatch(text):
        number = float(text)
        return EPOCH + timedelta(milliseconds=number if number >= MILLISECONDS_FROM else number * 1000)
    return datetime.fromisoformat(text)


def quantity(text: str) -> int:
    """A number of pieces; of goods that are weighed, a part is a piece. Raises RowFault."""
    number = _number(text)
    if number <= 0:
        raise RowFault(_("the quantity “%(text)s” is not above zero: a return is no purchase") % {"text": text})
    if number > LARGEST_QUANTITY:
        raise RowFault(_("the quantity “%(text)s” is too large") % {"text": text})
    return ceil(number)


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
