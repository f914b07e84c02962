"""Reads one event by itself, where a batch as a whole could not be read: it, or another one, is not as it should be."""

from typing import Any

import msgspec

from personalization.events.beacon.batch import SHAPES, OfAnyKind, Sent
from personalization.events.beacon.dating import id_of
from personalization.events.beacon.details import FAULTS, Number, OfTheShop, has_nul
from personalization.events.beacon.outcomes import BAD_DATA, BAD_ID, UNKNOWN_KIND, Outcome
from personalization.events.kinds import kinds


class Refused(Exception):
    """The event is not taken, for this reason."""

    def __init__(self, why: Outcome) -> None:
        super().__init__(why.name)
        self.why = why


class _Event(msgspec.Struct):
    id: str = ""
    kind: str = ""
    at: float | None = None
    product: Number | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


def read_event(raw: msgspec.Raw) -> Sent:
    """One event of a batch. Raises Refused."""
    event: _Event = _read(raw, _Event)
    if event.kind not in kinds or not kinds.get(event.kind).from_browser:
        raise Refused(UNKNOWN_KIND)
    if id_of(event.id) is None:
        raise Refused(BAD_ID)
    sent = _of_the_shop(event) if event.kind not in SHAPES else _read(raw, SHAPES[event.kind])
    if has_nul(sent.data.kept()):
        raise Refused(BAD_DATA)
    return sent


def _of_the_shop(event: _Event) -> Sent:
    data = OfTheShop(kinds.get(event.kind).payload, event.data)
    return OfAnyKind(id=event.id, at=event.at, product=event.product, name=event.kind, data=data)


def _read(raw: msgspec.Raw, shape: type) -> Any:
    try:
        return msgspec.json.decode(raw, type=shape, strict=False)
    except FAULTS:
        raise Refused(BAD_DATA) from None
