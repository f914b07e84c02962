"""Which column of a file says what, and all else that decides what its rows mean."""

import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from personalization.conf import conf
from personalization.events.imports.faults import ImportFault
from personalization.events.kinds import kinds
from personalization.shop import PRODUCT_CODES

# What an event tells beside its columns, each where its kind has it; the last of them are of the beginning of a visit.
PAYLOAD = (
    "query", "category", "name", "store", "step", "landing", "source", "medium", "campaign", "device", "language",
    "region",
)  # fmt: skip
# A comma between two pairs; any other one belongs to the name of a column.
BETWEEN = re.compile(r",(?=\s*\w+\s*=)")
# What a column may say, with the headers that say so by themselves.
FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "event_id"),
    "at": ("at", "happened_at", "time", "timestamp"),
    "kind": ("kind",),
    "product": ("product", "product_id", "upc", "sku"),
    "user": ("user", "user_id", "email"),
    # Only where it is asked for: what a card is, the shop alone knows.
    "card": (),
    "visitor": ("visitor", "visitor_id"),
    "visit": ("visit", "visit_id"),
    "quantity": ("quantity",),
    "value": ("value",),
    "order": ("order", "order_id"),
    "user_agent": ("user_agent",),
} | {name: (name,) for name in PAYLOAD}


@dataclass(frozen=True)
class Recipe:
    """How a file is to be read: its source, its columns by field (none: by their headers), and what its cells mean."""

    source: str
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    kinds: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    date_format: str = ""
    product_by: str = ""
    separator: str = ""
    encoding: str = "utf-8"

    def __post_init__(self) -> None:
        for name in [self.kind, *self.kinds.values()]:
            if name and name not in kinds:
                told = _("There is no kind of event “%(name)s”. Take one of: %(known)s.")
                raise ImportFault(told % {"name": name, "known": ", ".join(one.name for one in kinds)})
        _among("--map", self.columns, FIELDS)
        _among("--product-by", [self.product_by] if self.product_by else [], PRODUCT_CODES)
        try:
            zoneinfo.ZoneInfo(self.timezone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            told = _("There is no time zone “%(name)s”. Name one as in Europe/Kyiv.")
            raise ImportFault(told % {"name": self.timezone}) from None

    @property
    def told(self) -> dict[str, Any]:
        """All of it as plain values: what is kept with the import, and makes another reading of the file another."""
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in vars(self).items()}

    def placed(self, header: Sequence[str]) -> dict[str, int]:
        """The position of each field's column in a file with this header. Raises ImportFault."""
        places = self._named(header) if self.columns else _by_header(header)
        if "at" not in places:
            raise ImportFault(_("No column says when it happened: add at=COLUMN to --map. %(there)s") % _there(header))
        if "card" in places and conf.FIND_CUSTOMER is None:
            raise ImportFault(_("Nobody knows whose a card is: name a callable in PERSONALIZATION_FIND_CUSTOMER."))
        if "kind" not in places and not self.kind:
            told = _(
                "Nothing says what happened: add --kind, such as --kind purchased, or kind=COLUMN to --map. %(there)s"
            )
            raise ImportFault(told % _there(header))
        return places

    def _named(self, header: Sequence[str]) -> dict[str, int]:
        missing = [column for column in self.columns.values() if column not in header]
        if missing:
            told = _("The file lacks columns that are named: %(names)s. %(there)s")
            raise ImportFault(told % ({"names": ", ".join(missing)} | _there(header)))
        return {name: header.index(column) for name, column in self.columns.items()}


def pairs(texts: Iterable[str], *, option: str) -> dict[str, str]:
    """`a=b,c=d`, given once or more often, as names and values. Raises ImportFault."""
    found: dict[str, str] = {}
    for part in (part.strip() for text in texts for part in BETWEEN.split(text)):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        if not (name and sign and value):
            told = _("%(option)s takes pairs such as product=sku,at=date; “%(part)s” is none.")
            raise ImportFault(told % {"option": option, "part": part})
        found[name] = value
    return found


def _by_header(header: Sequence[str]) -> dict[str, int]:
    lowered = [name.lower() for name in header]
    found = {name: [lowered.index(one) for one in headers if one in lowered] for name, headers in FIELDS.items()}
    return {name: places[0] for name, places in found.items() if places}


def _there(header: Sequence[str]) -> dict[str, str]:
    return {"there": _("It has: %(names)s.") % {"names": ", ".join(header)}}


def _among(option: str, names: Iterable[str], allowed: Iterable[str]) -> None:
    wrong = [name for name in names if name not in allowed]
    if wrong:
        told = _("%(option)s knows no “%(name)s”. Take one of: %(known)s.")
        raise ImportFault(told % {"option": option, "name": wrong[0], "known": ", ".join(allowed)})
