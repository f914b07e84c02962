"""Ids that carry their time: an event's id decides its partition, so one id is one row for as long as the log lives."""

import hashlib
import secrets
import uuid
from datetime import UTC, datetime, timedelta

_LAYOUT_7 = 0x7 << 76 | 0x2 << 62
_RANDOM_BITS = (0xFFF << 64) | ((1 << 62) - 1)


def event_id(moment: datetime) -> uuid.UUID:
    """A new time-ordered id (UUIDv7, RFC 9562) of that moment, to the millisecond."""
    return _shaped(moment, secrets.randbits(128))


def fact_id(moment: datetime, *, kind: str, key: int) -> uuid.UUID:
    """The one id that this fact of the shop's database has, however often it is written.

    The shape of a UUIDv7 with the fact's own time, so that it falls into the partition of its month; the other bits
    come from SHA-256 of kind and key.
    """
    digest = hashlib.sha256(f"{kind}:{key}".encode()).digest()
    return _shaped(moment, int.from_bytes(digest[:16], "big"))


def first_id(moment: datetime) -> uuid.UUID:
    """The smallest id that an event of that moment can have: the bound for ranges in time."""
    return uuid.UUID(int=_milliseconds(moment) << 80)


def moment_of(identifier: uuid.UUID) -> datetime:
    """The moment that an id carries."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=identifier.int >> 80)


def _shaped(moment: datetime, bits: int) -> uuid.UUID:
    return uuid.UUID(int=_milliseconds(moment) << 80 | _LAYOUT_7 | bits & _RANDOM_BITS)


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
