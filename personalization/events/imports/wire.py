"""The cells of a row as PostgreSQL's binary COPY reads them: their length, then their bytes.

The server reads them in half the time that it takes over text, and most are made once for many rows.
"""

from decimal import Decimal
from struct import Struct

from psycopg.adapt import PyFormat, Transformer

NULL = b"\xff\xff\xff\xff"
BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
# The moments of PostgreSQL count from the year 2000.
YEAR_2000 = 946_684_800_000_000
_count, _length = Struct(">h").pack, Struct(">i").pack
_integer, _bigint = Struct(">ii").pack, Struct(">iq").pack
_JSONB_VERSION = b"\1"


def columns(count: int) -> bytes:
    """What each row of so many columns begins with."""
    return _count(count)


def cell(content: bytes) -> bytes:
    """A text, or the bytes of an id."""
    return _length(len(content)) + content


def integer(number: int) -> bytes:
    """A number of four bytes."""
    return _integer(4, number)


def bigint(number: int | None) -> bytes:
    """A number of eight bytes."""
    return NULL if number is None else _bigint(8, number)


def moment(microseconds: int) -> bytes:
    """A moment, told in microseconds since 1970."""
    return _bigint(8, microseconds - YEAR_2000)


def money(amount: str) -> bytes:
    """An exact number."""
    number = Decimal(amount)
    return cell(bytes(Transformer().get_dumper(number, PyFormat.BINARY).dump(number) or b""))


def document(json: bytes) -> bytes:
    """A document of JSON."""
    return cell(_JSONB_VERSION + json)
