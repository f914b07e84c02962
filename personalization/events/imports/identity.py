"""Ids that the rows of a file have however often they are read; events of the same shape as all of the log's."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

UNIT = "\x1f"
KEY_BYTES = 8
# What RFC 9562 asks for, and the bits that it leaves free: of one shape with `identifiers.fact_id`.
LAYOUT_7, LAYOUT_8 = 7 << 76 | 2 << 62, 8 << 76 | 2 << 62
FREE_BITS = 0xFFF << 64 | (1 << 62) - 1
CLOCK_BITS = (1 << 48) - 1 << 80
# Order numbers go through learning as floats: these are whole numbers there too. Below zero, as no order of the shop.
ORDER_BITS = 52


def content_of(cells: Sequence[str]) -> str:
    """All that a row says, as one text."""
    return UNIT.join(cells)


def digest_of(source: str, content: str) -> bytes:
    """The SHA-256 of what a row of a source says."""
    return hashlib.sha256(f"{source}{UNIT}{content}".encode()).digest()


def begun_digest(source: str, content: str) -> Any:
    """A SHA-256 that began as `digest_of` does; a copy of it goes on."""
    return hashlib.sha256(f"{source}{UNIT}{content}".encode())


class Digests:
    """The SHA-256 of each row of a file, counted among those that say the same; `repeats` are the keys of such rows."""

    def __init__(self, source: str, repeats: frozenset[bytes]) -> None:
        self._source, self._repeats = source, repeats
        self._occurrences: Counter[bytes] = Counter()

    def of(self, content: str) -> bytes:
        """That of the next row."""
        digest = digest_of(self._source, content)
        key = digest[:KEY_BYTES]
        if key not in self._repeats:
            return digest
        before = self._occurrences[key]
        self._occurrences[key] += 1
        return hashlib.sha256(digest + str(before).encode()).digest() if before else digest


def event_key(milliseconds: int, digest: bytes) -> bytes:
    """The id of a moment and of what the row says, which is a SHA-256."""
    bits = int.from_bytes(digest[6:16], "big")
    return (milliseconds << 80 | LAYOUT_7 | bits & FREE_BITS).to_bytes(16, "big")


def visitor_key(source: str, text: str) -> bytes:
    """The id of a visitor that a source calls so."""
    bits = int.from_bytes(hashlib.sha256(f"visitor{UNIT}{source}{UNIT}{text}".encode()).digest()[:16], "big")
    return (LAYOUT_8 | bits & (CLOCK_BITS | FREE_BITS)).to_bytes(16, "big")


def visit_digest(source: str, visitor: str, text: str) -> bytes:
    """What the id of a visit is made of, besides the moment at which it began."""
    return hashlib.sha256(f"visit{UNIT}{source}{UNIT}{visitor}{UNIT}{text}".encode()).digest()


def tail_of(key: bytes) -> bytes:
    """An id without its moment: all that another row of the same visit knows of it."""
    return key[6:]


def order_number(source: str, text: str) -> int:
    """The number of an order that a source calls so."""
    digest = hashlib.sha256(f"order{UNIT}{source}{UNIT}{text}".encode()).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> (64 - ORDER_BITS))
