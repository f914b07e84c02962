"""What an imported event tells beside its columns, as the log keeps it."""

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

import msgspec

from personalization.events.imports import wire
from personalization.events.imports.identity import UNIT, order_number
from personalization.events.imports.meanings import CACHED
from personalization.events.imports.values import EPOCH
from personalization.events.kinds import EventKind

LONGEST = 200
# What others call the devices that a landing tells apart.
DEVICES = {"mobile": "phone", "smartphone": "phone", "computer": "desktop", "pc": "desktop"}


def basket_of(kind: EventKind, order: str, account: str, visitor: str, moment: int, digest: bytes) -> str:
    """What holds the lines of a purchase together: its receipt, or one customer at one time, or nothing else."""
    if kind.name != "purchased":
        return ""
    if order:
        return order
    if account or visitor:
        return f"{account}{UNIT}{visitor}{UNIT}{(EPOCH + timedelta(microseconds=moment)).isoformat()}"
    return digest.hex()


class Payloads:
    """The payloads of one source, of whose rows each says these words."""

    def __init__(self, source: str, names: Sequence[str]) -> None:
        self._source, self._names = source, names
        self.of = lru_cache(maxsize=CACHED)(self._of)

    def _of(self, kind: EventKind, order: str, basket: str, *words: str) -> bytes:
        given = zip(self._names, words, strict=True)
        payload = {name: _said(name, text) for name, text in given if text and name in kind.payload}
        if basket:
            # In a purchase it is whose file this was, in a visit whence it came.
            payload |= {"order": order_number(self._source, basket), "source": self._source}
        if order and basket:
            payload["receipt"] = order[:LONGEST]
        return wire.document(msgspec.json.encode(payload))


def _said(name: str, text: str) -> str | int:
    # The log knows a category by its number, where there is one.
    if name == "category" and text.isdecimal() and len(text) < 19:
        return int(text)
    if name == "device":
        return DEVICES.get(text.lower(), text.lower())[:LONGEST]
    return " ".join(text.split())[:LONGEST]
