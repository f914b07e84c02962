"""A row of a file becomes a staged event, as PostgreSQL's COPY reads it, or is refused in words."""

import hashlib
import json
import zoneinfo
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter

from django.utils.translation import gettext as _

from personalization.events.days import begin
from personalization.events.imports.columns import FIELDS, PAYLOAD, Recipe
from personalization.events.imports.faults import RowFault
from personalization.events.imports.identity import CACHED, event_hex, order_number, visitor_hex
from personalization.events.imports.repeats import KEY_BYTES
from personalization.events.imports.values import EPOCH, MILLISECOND, moment_reader, quantity, value
from personalization.events.kinds import EventKind, Traffic, kinds
from personalization.events.limits import first_days_kept
from personalization.events.visitors import traffic_named

UNIT, NULL = "\x1f", "\\N"
LONGEST = 200
# One piece, where the file does not say how many.
SINGLE = ("purchased", "basket_added")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@lru_cache(maxsize=CACHED)
def escaped(text: str) -> str:
    """A text as COPY reads it; nothing is null."""
    return text.translate(ESCAPES) or NULL


def content_of(cells: Sequence[str]) -> str:
    """All that a row says, as one text."""
    return UNIT.join(cells)


def digest_of(source: str, content: str) -> bytes:
    """The SHA-256 of what a row of a source says."""
    return hashlib.sha256(f"{source}{UNIT}{content}".encode()).digest()


class Translator:
    """Makes staged events of the rows of one file; counts the rows that say the same.

    Every row of a file of millions comes this way: what repeats from row to row is worked out once.
    """

    def __init__(self, recipe: Recipe, places: dict[str, int], *, repeats: frozenset[bytes], now: datetime) -> None:
        self._recipe, self._repeats = recipe, repeats
        self._occurrences: Counter[bytes] = Counter()
        self._has_ids, self._has_agents = "id" in places, "user_agent" in places
        # A field without a column reads the empty cell that is put behind the last one.
        self._pick = itemgetter(*(places.get(name, -1) for name in FIELDS))
        self._moment = moment_reader(zoneinfo.ZoneInfo(recipe.timezone), date_format=recipe.date_format, now=now)
        self._days = first_days_kept(now)
        self._oldest = {name: _milliseconds(begin(day)) for name, day in self._days.items()}
        self._kind = lru_cache(maxsize=CACHED)(self._kind_of)
        self._payload = lru_cache(maxsize=CACHED)(self._make_payload)

    def skip(self, content: str) -> None:
        """A row that was read before: it only counts among its equals."""
        self._digest(content)

    def staged(self, line: int, cells: list[str], content: str) -> str:
        """The line of COPY for this row. Raises RowFault."""
        external, at, told, product, account, visitor, pieces, amount, order, agent, *words = map(
            str.strip, self._pick([*cells, ""])
        )
        digest = "" if self._has_ids else self._digest(content)
        if "\0" in content:
            raise RowFault(_("it holds a zero byte"))
        milliseconds, moment = self._moment(at)
        kind = self._kind(told)
        self._check(kind, milliseconds, product=product, external=external)
        if external:
            digest = digest_of(self._recipe.source, f"{kind.name}{UNIT}{external}").hex()
        basket = ""
        if kind.name == "purchased":
            basket = order or (f"{account}{UNIT}{visitor}{UNIT}{moment}" if account or visitor else digest)
        return "\t".join((
            str(line), event_hex(milliseconds, digest), kind.name, moment, escaped(product), escaped(account),
            visitor_hex(self._recipe.source, visitor) if visitor else NULL,
            str(quantity(pieces)) if pieces else "1" if kind.name in SINGLE else NULL,
            value(amount) if amount else NULL,
            self._traffic(agent),
            self._payload(kind, order if basket else "", basket, *words),
        )) + "\n"  # fmt: skip

    def _traffic(self, agent: str) -> str:
        if not self._has_agents:
            return Traffic.SHOPPER
        # As of a page: no browser calls itself nothing.
        return traffic_named(agent) if agent else Traffic.BOT

    def _digest(self, content: str) -> str:
        digest = digest_of(self._recipe.source, content)
        key = digest[:KEY_BYTES]
        if key in self._repeats:
            before = self._occurrences[key]
            self._occurrences[key] += 1
            if before:
                digest = hashlib.sha256(digest + str(before).encode()).digest()
        return digest.hex()

    def _kind_of(self, told: str) -> EventKind:
        name = self._recipe.kinds.get(told, told) or self._recipe.kind
        if name not in kinds:
            raise RowFault(_("“%(text)s” is no kind of event") % {"text": told} if told else _("the kind is missing"))
        return kinds.get(name)

    def _check(self, kind: EventKind, milliseconds: int, *, product: str, external: str) -> None:
        if milliseconds < self._oldest[kind.name]:
            told = _("it is too old: the log keeps “%(kind)s” since %(day)s")
            raise RowFault(told % {"day": self._days[kind.name], "kind": kind.label})
        # What teaches, teaches about a product.
        if kind.training_weight and not product:
            raise RowFault(_("the product is missing"))
        if self._has_ids and not external:
            raise RowFault(_("the id is missing"))

    def _make_payload(self, kind: EventKind, receipt: str, basket: str, *words: str) -> str:
        given = zip(PAYLOAD, words, strict=True)
        said = {name: _said(name, text) for name, text in given if text and name in kind.payload}
        if kind.name == "searched" and not said:
            raise RowFault(_("the words that were searched for are missing"))
        source = self._recipe.source
        order = {"order": order_number(source, basket), "source": source} if basket else {}
        named = {"receipt": receipt[:LONGEST]} if receipt else {}
        return json.dumps(order | named | said, ensure_ascii=False).translate(ESCAPES)


def _said(name: str, text: str) -> str | int:
    # The log knows a category by its number, where there is one.
    if name == "category" and text.isdecimal() and len(text) < 19:
        return int(text)
    return " ".join(text.split())[:LONGEST]


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND
