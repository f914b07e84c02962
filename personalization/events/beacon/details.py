"""The details of an event, kind by kind: what may stand in them, how long and how large, and nothing else."""

import uuid
from typing import Annotated, Any

import msgspec
from msgspec import Meta

MOST_PRODUCTS = 48
LONGEST_CUSTOM, DEEPEST = 2048, 3
# What a wrong message makes msgspec raise; a message that is nested too deep costs a RecursionError and no more.
FAULTS = (msgspec.MsgspecError, ValueError, RecursionError)

Number = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Word = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z_][A-Za-z0-9_]*\Z", max_length=64)]
Address = Annotated[str, Meta(pattern="^/", max_length=2000)]


class BadDetails(Exception):
    """They are of a wrong type, too long or too deep."""


class Details(msgspec.Struct, omit_defaults=True):
    """No details at all, as of a product that was viewed; those that come are not looked at."""

    def kept(self) -> Any:
        """What the log keeps of them. Raises BadDetails."""
        return self


class Shown(Details, omit_defaults=True):
    """A block that was shown."""

    products: list[Number]
    slot: Word = ""
    strategy: Word = ""
    block: Number | None = None

    def kept(self) -> Any:
        """Ready to have its products looked up."""
        return msgspec.to_builtins(self)


class Seen(Details, omit_defaults=True):
    """A block that was looked at."""

    shown: uuid.UUID
    slot: Word = ""
    block: Number | None = None


class Clicked(Seen, omit_defaults=True):
    """A product of a block."""

    position: Annotated[int, Meta(ge=1, le=500)] | None = None


class ShownBanner(Details, omit_defaults=True):
    """A banner that was shown."""

    banner: Number
    slot: Word = ""


class SeenBanner(ShownBanner, omit_defaults=True, kw_only=True):
    """A banner that was looked at, or followed."""

    shown: uuid.UUID


class Left(Details, omit_defaults=False):
    """A page that was left."""

    path: Address
    seconds: Annotated[float, Meta(ge=0, le=86400)] = 0
    scrolled: Annotated[float, Meta(ge=0, le=100)] = 0

    def kept(self) -> Any:
        """Without what was asked for: there may be names and addresses in it."""
        self.path = self.path.partition("?")[0].partition("#")[0][:200]
        return self


class Own(Details):
    """What the shop's own script says."""

    name: Name
    data: msgspec.Raw = msgspec.Raw(b"{}")

    def kept(self) -> Any:
        """All of it, if it is small."""
        return {"name": self.name, "data": _flat(_small(self.data), DEEPEST)}


class OfTheShop(Details):
    """Those of a kind of the shop's own, which says in its class what its payload holds."""

    names: tuple[str, ...]
    data: msgspec.Raw

    def kept(self) -> Any:
        """What it may hold, if that is small."""
        told = _small(self.data)
        return _flat({name: told[name] for name in self.names if name in told}, DEEPEST + 1)


def has_nul(payload: Any) -> bool:
    """There is a NUL in it, which jsonb can't hold."""
    # A backslash of its own is written as two.
    return b"\\u0000" in msgspec.json.encode(payload).replace(b"\\\\", b"")


def _small(raw: msgspec.Raw) -> dict[str, Any]:
    if len(bytes(raw)) > LONGEST_CUSTOM:
        raise BadDetails
    try:
        return msgspec.json.decode(raw, type=dict[str, Any])
    except FAULTS as fault:
        raise BadDetails from fault


def _flat(told: dict[str, Any], levels: int) -> dict[str, Any]:
    if not _is_flat(told, levels):
        raise BadDetails
    return told


def _is_flat(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return True
    inside = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_flat(one, levels - 1) for one in inside)
