"""Bytes into a batch of events, none of which is believed yet. One bad event does not spoil the others."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, get_args

import msgspec

from personalization.events.beacon.details import (
    FAULTS,
    Clicked,
    Details,
    Left,
    Number,
    Own,
    Seen,
    SeenBanner,
    Shown,
    ShownBanner,
)

MOST_EVENTS = 100
VERSION = 1


class Unreadable(Exception):
    """The message makes no sense as a whole."""


class Sent(msgspec.Struct, tag_field="kind"):
    """An event as the browser tells it. Money, quantity and whatever else it may say is not even looked at."""

    id: str = ""
    at: float | None = None
    product: Number | None = None
    data: Details = msgspec.field(default_factory=Details)

    @property
    def kind(self) -> str:
        """Which kind of event it is."""
        return str(self.__struct_config__.tag)


class ProductViewed(Sent, tag="product_viewed"):
    """Of a page that a cache answered."""


class BlockShown(Sent, tag="block_shown", kw_only=True):
    """Of a page that was made ahead of time."""

    data: Shown


class BlockSeen(Sent, tag="block_seen", kw_only=True):
    """Of a block that was looked at."""

    data: Seen


class BlockClicked(Sent, tag="block_clicked", kw_only=True):
    """Of a product in a block."""

    data: Clicked


class BannerShown(Sent, tag="banner_shown", kw_only=True):
    """Of a page that was made ahead of time."""

    data: ShownBanner


class BannerSeen(Sent, tag="banner_seen", kw_only=True):
    """Of a banner that was looked at."""

    data: SeenBanner


class BannerClicked(Sent, tag="banner_clicked", kw_only=True):
    """Of a banner that was followed."""

    data: SeenBanner


class PageLeft(Sent, tag="page_left", kw_only=True):
    """Of a page that was left."""

    data: Left


class Custom(Sent, tag="custom", kw_only=True):
    """Of the shop's own script."""

    data: Own


class OfAnyKind(Sent, tag="", kw_only=True):
    """Of a kind of the shop's own."""

    name: str
    data: Details

    @property
    def kind(self) -> str:
        """As it is registered."""
        return self.name


OURS = (
    ProductViewed | BlockShown | BlockSeen | BlockClicked | BannerShown | BannerSeen | BannerClicked | PageLeft | Custom
)
SHAPES: dict[str, Any] = {str(one.__struct_config__.tag): one for one in get_args(OURS)}


class Batch(msgspec.Struct):
    """A message: the page that it comes from and its events, each still in the bytes it came in."""

    events: Sequence[msgspec.Raw | Sent]
    page: str = ""
    v: int = 1


class _Good(msgspec.Struct):
    events: list[OURS]
    page: str = ""
    v: int = 1


class _Any(msgspec.Struct):
    events: list[msgspec.Raw]
    page: str = ""
    v: int = 1


# Numbers may come as text: that is how a page's attributes hold them.
_good = msgspec.json.Decoder(_Good, strict=False)
_any = msgspec.json.Decoder(_Any, strict=False)


def read_batch(body: bytes) -> Batch:
    """The batch in a message. Raises Unreadable, with what is wrong."""
    try:
        told = _read(body)
    except FAULTS as fault:
        raise Unreadable(str(fault)) from None
    if told.v != VERSION:
        raise Unreadable(f"version {told.v}, where {VERSION} is known")
    return Batch(told.events, told.page, told.v)


def _read(body: bytes) -> _Good | _Any:
    # Nearly always each event is good and of a kind of ours: then all are read at once. A NUL, which jsonb can't hold,
    # stands in JSON as an escape only; whose it is, the events tell one by one.
    if b"\\u0000" not in body:
        with suppress(*FAULTS):
            return _good.decode(body)
    return _any.decode(body)
