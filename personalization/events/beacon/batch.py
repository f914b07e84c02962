"""Bytes into a batch of events, none of which is believed yet. One bad event does not spoil the others."""

import msgspec

MOST_EVENTS = 50
# What a wrong message makes msgspec raise; a message that is nested too deep costs a RecursionError and no more.
FAULTS = (msgspec.MsgspecError, ValueError, RecursionError)


class Unreadable(Exception):
    """The message makes no sense as a whole."""


class Batch(msgspec.Struct):
    """A message: the page that it comes from and its events, each still in the bytes it came in."""

    events: list[msgspec.Raw]
    page: str = ""
    v: int = 1


class Sent(msgspec.Struct):
    """An event as the browser tells it. Money, quantity and whatever else it may say is not even looked at."""

    id: str = ""
    kind: str = ""
    at: float | None = None
    product: int | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


VERSION = 1
_batches = msgspec.json.Decoder(Batch)
_events = msgspec.json.Decoder(Sent)


def read_batch(body: bytes) -> Batch:
    """The batch in a message. Raises Unreadable, with what is wrong."""
    try:
        batch = _batches.decode(body)
    except FAULTS as fault:
        raise Unreadable(str(fault)) from None
    if batch.v != VERSION:
        raise Unreadable(f"version {batch.v}, where {VERSION} is known")
    return batch


def read_event(raw: msgspec.Raw) -> Sent | None:
    """One event of a batch; None when it has not the shape of an event."""
    try:
        return _events.decode(raw)
    except FAULTS:
        return None
