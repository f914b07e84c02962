"""The details of an event, kind by kind: what may stand in them, how long and how large, and nothing else."""

import uuid
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from personalization.events.beacon.batch import FAULTS
from personalization.events.kinds import EventKind

MOST_PRODUCTS = 48
LONGEST_CUSTOM, DEEPEST = 2048, 3

Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Word = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z_][A-Za-z0-9_]*\Z", max_length=64)]
Address = Annotated[str, Meta(pattern="^/", max_length=2000)]


class BadDetails(Exception):
    """They are of a wrong type, too long or too deep."""


class Shown(msgspec.Struct, omit_defaults=True):
    """A block that was shown."""

    products: list[Number]
    slot: Word = ""
    strategy: Word = ""
    block: Number | None = None


class Seen(msgspec.Struct, omit_defaults=True):
    """A block that was looked at."""

    shown: uuid.UUID
    slot: Word = ""
    block: Number | None = None


class Clicked(Seen, omit_defaults=True):
    """A product of a block."""

    position: Annotated[int, Meta(ge=1, le=500)] | None = None


class Left(msgspec.Struct):
    """A page that was left."""

    path: Address
    seconds: Annotated[float, Meta(ge=0, le=86400)] = 0
    scrolled: Annotated[float, Meta(ge=0, le=100)] = 0


class Own(msgspec.Struct):
    """What the shop's own script says."""

    name: Name
    data: msgspec.Raw = msgspec.Raw(b"{}")


class Nothing(msgspec.Struct):
    """No details at all; those that come are not looked at."""


_BY_KIND: dict[str, type[msgspec.Struct]] = {
    "product_viewed": Nothing, "block_shown": Shown, "block_seen": Seen, "block_clicked": Clicked, "page_left": Left,
    "custom": Own,
}  # fmt: skip


def details_of(kind: EventKind, raw: msgspec.Raw) -> dict[str, Any]:
    """The payload of an event, ready for PostgreSQL's jsonb. Raises BadDetails."""
    try:
        payload = _ours(_BY_KIND[kind.name], raw) if kind.name in _BY_KIND else _of_the_shop(kind, raw)
    except FAULTS as fault:
        raise BadDetails from fault
    if not _can_be_kept(payload, DEEPEST + 1):
        raise BadDetails
    return payload


def _ours(shape: type[msgspec.Struct], raw: msgspec.Raw) -> dict[str, Any]:
    # Numbers may come as text: that is how a page's attributes hold them.
    told = msgspec.json.decode(raw, type=shape, strict=False)
    if isinstance(told, Own):
        return {"name": told.name, "data": _small(told.data)}
    payload: dict[str, Any] = msgspec.to_builtins(told)
    if isinstance(told, Left):
        payload["path"] = told.path.partition("?")[0].partition("#")[0][:200]
    return payload


def _of_the_shop(kind: EventKind, raw: msgspec.Raw) -> dict[str, Any]:
    # A kind of the shop's own says in its class what its payload holds.
    told = _small(raw)
    return {name: told[name] for name in kind.payload if name in told}


def _small(raw: msgspec.Raw) -> dict[str, Any]:
    if len(bytes(raw)) > LONGEST_CUSTOM:
        raise BadDetails
    return msgspec.json.decode(raw, type=dict[str, Any])


def _can_be_kept(value: Any, levels: int) -> bool:
    """Not too deep, and no NUL, which jsonb can't hold."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, (dict, list)):
        inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        return levels > 0 and all(_can_be_kept(one, levels - 1) for one in inside)
    return True
