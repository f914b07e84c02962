"""Rows of a file become staged events, many at once, or are refused in words."""

import zoneinfo
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import compress
from typing import Any

from django.utils.translation import gettext as _

from personalization.events.days import begin
from personalization.events.imports import wire
from personalization.events.imports.cards import CARD
from personalization.events.imports.columns import FIELDS, PAYLOAD, Recipe
from personalization.events.imports.faults import RowFault
from personalization.events.imports.identity import (
    UNIT,
    Digests,
    begun_digest,
    content_of,
    event_key,
    tail_of,
    visit_digest,
    visitor_key,
)
from personalization.events.imports.meanings import Meanings, Reader, read_column
from personalization.events.imports.payload import Payloads, basket_of
from personalization.events.imports.record import Record
from personalization.events.imports.rejects import Reject
from personalization.events.imports.staged import Staged
from personalization.events.imports.values import EPOCH, MICROSECOND, Moments, quantity, value
from personalization.events.kinds import EventKind, Traffic, kinds
from personalization.events.limits import first_days_kept
from personalization.events.visitors import traffic_named

# One piece, where the file does not say how many.
SINGLE = ("purchased", "basket_added")
BEGINS = "visit_started"
Columns = dict[str, list[Any]]


@cache
def named(name: str) -> bytes:
    """The cell of a kind, or of a sort of traffic."""
    return wire.cell(name.encode())


class Translator:
    """Makes staged events of the rows of one file; counts the rows that say the same.

    Every row of a file of millions comes this way, so it goes column by column: what repeats is worked out once.
    """

    def __init__(self, recipe: Recipe, places: dict[str, int], *, repeats: frozenset[bytes], now: datetime) -> None:
        self._recipe, self._places = recipe, places
        self._has_ids, self._has_agents = "id" in places, "user_agent" in places
        self._days = first_days_kept(now)
        self._oldest = {name: (begin(day) - EPOCH) // MICROSECOND for name, day in self._days.items()}
        self._words = [name for name in PAYLOAD if name in places]
        self._digests, self._payloads = Digests(recipe.source, repeats), Payloads(recipe.source, self._words)
        self._told = {kind.name: begun_digest(recipe.source, f"{kind.name}{UNIT}") for kind in kinds}
        moments = Moments(zoneinfo.ZoneInfo(recipe.timezone), date_format=recipe.date_format, now=now)
        # What can be wrong with a cell, and by which field it is told; in the order in which a row is refused for it.
        self._readers: dict[str, tuple[Reader, str]] = {
            "moment": (moments, "at"),
            "event": (Meanings(self._kind_of).__getitem__, "kind"),
            "pieces": (Meanings(_pieces).__getitem__, "quantity"),
            "amount": (Meanings(_amount).__getitem__, "value"),
        }
        self._visitor = Meanings(self._visitor_of).__getitem__
        self._traffic = Meanings(self._traffic_of).__getitem__

    def skip(self, content: str) -> None:
        """A row that was read before: it only counts among its equals."""
        self._digests.of(content)

    def staged(self, records: Sequence[Record]) -> tuple[Staged, list[Reject]]:
        """These rows: those that may be stored, and those that are refused."""
        rejects: list[Reject] = [(one.line, one.fault, one.cells) for one in records if one.fault]
        columns = self._read([one for one in records if not one.fault])
        if not self._are_fine(columns):
            faults = list(
                map(self._fault, columns["content"], columns["moment"], columns["event"], columns["pieces"],
                    columns["amount"], columns["product"], columns["id"], columns["query"])
            )  # fmt: skip
            refused = zip(columns["line"], faults, columns["content"], strict=True)
            rejects += [(line, fault, content.split(UNIT)) for line, fault, content in refused if fault]
            fine = [not fault for fault in faults]
            columns = {name: list(compress(column, fine)) for name, column in columns.items()}
        return self._stage(columns), rejects

    def _read(self, records: Sequence[Record]) -> Columns:
        texts = list(zip(*(one.cells for one in records), strict=True)) or [()] * (1 + max(self._places.values()))
        columns: Columns = {
            name: list(map(str.strip, texts[self._places[name]])) if name in self._places else [""] * len(records)
            for name in FIELDS
        }
        columns |= {name: read_column(read, columns[field]) for name, (read, field) in self._readers.items()}
        if "card" in self._places:
            columns["user"] = list(map(_account, columns["user"], columns["card"]))
        columns["line"] = [one.line for one in records]
        columns["content"] = [content_of(one.cells) for one in records]
        # Every row counts among its equals, even one that is refused.
        columns["digest"] = [b""] * len(records) if self._has_ids else list(map(self._digests.of, columns["content"]))
        return columns

    def _are_fine(self, columns: Columns) -> bool:
        """No row has a fault, as far as whole columns tell: with few faults in a file most blocks are passed so."""
        if any(RowFault in map(type, columns[name]) for name in self._readers):
            return False
        kinds_ = set(columns["event"])
        return (
            min(columns["moment"], default=0) >= max((self._oldest[kind.name] for kind in kinds_), default=0)
            and "\0" not in "".join(columns["content"])
            and ("" not in columns["product"] or not any(kind.training_weight for kind in kinds_))
            and (not self._has_ids or "" not in columns["id"])
            and ("" not in columns["query"] or all(kind.name != "searched" for kind in kinds_))
        )

    def _fault(
        self, content: str, moment: Any, kind: Any, pieces: Any, amount: Any, product: str, external: str, query: str
    ) -> str:
        """What is wrong with a row; nothing, if it is empty."""
        if "\0" in content:
            return _("it holds a zero byte")
        if isinstance(moment, RowFault) or isinstance(kind, RowFault):
            return str(moment if isinstance(moment, RowFault) else kind)
        if moment < self._oldest[kind.name]:
            told = _("it is too old: the log keeps “%(kind)s” since %(day)s")
            return told % {"day": self._days[kind.name], "kind": kind.label}
        # What teaches, teaches about a product.
        if not product and kind.training_weight:
            return _("the product is missing")
        if not external and self._has_ids:
            return _("the id is missing")
        if isinstance(pieces, RowFault) or isinstance(amount, RowFault):
            return str(pieces if isinstance(pieces, RowFault) else amount)
        return _("the words that were searched for are missing") if not query and kind.name == "searched" else ""

    def _stage(self, columns: Columns) -> Staged:
        kinds_, moments = columns["event"], columns["moment"]
        if self._has_ids:
            columns["digest"] = list(map(self._told_digest, kinds_, columns["id"]))
        visits = self._visits(columns)
        baskets = map(
            basket_of, kinds_, columns["order"], columns["user"], columns["visitor"], moments, columns["digest"]
        )
        words = (columns[name] for name in self._words)
        return Staged(
            lines=columns["line"],
            contents=columns["content"],
            ids=[event_key(moment // 1000, digest) for moment, digest in zip(moments, columns["digest"], strict=True)],
            moments=moments,
            products=columns["product"],
            accounts=columns["user"],
            kinds=[named(kind.name) for kind in kinds_],
            traffics=list(map(self._traffic, columns["user_agent"])),
            visitors=list(map(self._visitor, columns["visitor"])),
            visits=visits,
            quantities=[cell or _unless_told(kind) for cell, kind in zip(columns["pieces"], kinds_, strict=True)],
            values=columns["amount"],
            payloads=list(map(self._payloads.of, kinds_, columns["order"], baskets, *words)),
        )

    def _visits(self, columns: Columns) -> list[bytes]:
        """By what each row's visit is known; a row with which one begins is known by it too."""
        if "visit" not in self._places:
            return [b""] * len(columns["line"])
        visits = list(map(self._visit_of, columns["visitor"], columns["visit"]))
        columns["digest"] = [
            visit if visit and kind.name == BEGINS else digest
            for kind, visit, digest in zip(columns["event"], visits, columns["digest"], strict=True)
        ]
        return [tail_of(event_key(0, visit)) if visit else b"" for visit in visits]

    def _kind_of(self, told: str) -> EventKind:
        name = self._recipe.kinds.get(told, told) or self._recipe.kind
        if name not in kinds:
            raise RowFault(_("“%(text)s” is no kind of event") % {"text": told} if told else _("the kind is missing"))
        return kinds.get(name)

    def _told_digest(self, kind: EventKind, external: str) -> bytes:
        digest = self._told[kind.name].copy()
        digest.update(external.encode())
        return bytes(digest.digest())

    def _visitor_of(self, told: str) -> bytes:
        return wire.cell(visitor_key(self._recipe.source, told)) if told else wire.NULL

    def _visit_of(self, visitor: str, visit: str) -> bytes:
        return visit_digest(self._recipe.source, visitor, visit) if visitor and visit else b""

    def _traffic_of(self, agent: str) -> bytes:
        if not self._has_agents:
            return named(Traffic.SHOPPER)
        # As of a page: no browser calls itself nothing.
        return named(traffic_named(agent) if agent else Traffic.BOT)


def _account(user: str, card: str) -> str:
    return user or (f"{CARD}{card}" if card else "")


def _pieces(told: str) -> bytes:
    return wire.integer(quantity(told)) if told else b""


def _amount(told: str) -> bytes:
    return wire.money(value(told)) if told else wire.NULL


def _unless_told(kind: EventKind) -> bytes:
    return wire.integer(1) if kind.name in SINGLE else wire.NULL
