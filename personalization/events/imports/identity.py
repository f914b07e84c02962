"""Ids that the rows of a file have however often they are read; events of the same shape as all of the log's."""

import hashlib
from functools import lru_cache

# The two bits that RFC 9562 asks for, by the digit that stands in their place.
VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
# Order numbers go through learning as floats: these are whole numbers there too. Below zero, as no order of the shop.
ORDER_BITS = 52
CACHED = 50_000


def event_hex(milliseconds: int, digest: str) -> str:
    """The id of a moment and of what the row says (a SHA-256 in hex): of one shape with `identifiers.fact_id`."""
    return f"{milliseconds:012x}7{digest[13:16]}{VARIANT[digest[16]]}{digest[17:32]}"


@lru_cache(maxsize=CACHED)
def visitor_hex(source: str, text: str) -> str:
    """The id of a visitor that a source calls so."""
    digest = hashlib.sha256(f"visitor\x1f{source}\x1f{text}".encode()).hexdigest()
    return f"{digest[:12]}8{digest[13:16]}{VARIANT[digest[16]]}{digest[17:32]}"


def order_number(source: str, text: str) -> int:
    """The number of an order that a source calls so."""
    digest = hashlib.sha256(f"order\x1f{source}\x1f{text}".encode()).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> (64 - ORDER_BITS))
