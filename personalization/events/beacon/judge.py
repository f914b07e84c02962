"""Decides on each event of a batch: what is kept, in which form, or the reason why it is refused."""

import logging
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from personalization import shop
from personalization.events.beacon.batch import MOST_EVENTS, read_event
from personalization.events.beacon.dating import dated, id_of
from personalization.events.beacon.details import MOST_PRODUCTS, BadDetails, details_of
from personalization.events.beacon.outcomes import BAD_DATA, BAD_ID, OVER_CAP, UNKNOWN_KIND, UNKNOWN_PRODUCT, Outcome
from personalization.events.kinds import kinds
from personalization.events.write import NewEvent

logger = logging.getLogger("personalization")

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Judged:
    """The events to be stored, the ids under which each may be stored already, and how many are refused and why."""

    events: Sequence[NewEvent] = ()
    earlier: Mapping[uuid.UUID, Sequence[uuid.UUID]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)


class _Refused(Exception):
    def __init__(self, why: Outcome) -> None:
        super().__init__(why.name)
        self.why = why


def judge(raws: Sequence[msgspec.Raw], *, now: datetime) -> Judged:
    """Judges all of them; one query, and that only if products are named."""
    events: list[NewEvent] = []
    earlier: dict[uuid.UUID, Sequence[uuid.UUID]] = {}
    refused: Counter[str] = Counter({OVER_CAP.name: len(raws[MOST_EVENTS:])})
    for raw in raws[:MOST_EVENTS]:
        try:
            event, before = _event(raw, now)
        except _Refused as refusal:
            refused[refusal.why.name] += 1
        except Exception:
            # Would be a fault of ours, and come again with each sending; the events beside it are not to pay for it.
            logger.exception("personalization could not judge an event")
            refused[BAD_DATA.name] += 1
        else:
            events.append(event)
            earlier[event.id] = before
    known = _of_products_that_are(events)
    refused[UNKNOWN_PRODUCT.name] += len(events) - len(known)
    return Judged(known, earlier, +refused)


def _event(raw: msgspec.Raw, now: datetime) -> tuple[NewEvent, Sequence[uuid.UUID]]:
    sent = read_event(raw)
    if sent is None or not (sent.product is None or 1 <= sent.product <= LARGEST_ID):
        raise _Refused(BAD_DATA)
    if sent.kind not in kinds or not kinds.get(sent.kind).from_browser:
        raise _Refused(UNKNOWN_KIND)
    identifier = id_of(sent.id)
    if identifier is None:
        raise _Refused(BAD_ID)
    try:
        payload = details_of(kinds.get(sent.kind), sent.data)
    except BadDetails:
        raise _Refused(BAD_DATA) from None
    when = dated(identifier, sent.at, now=now)
    marks = ({"redated": True} if when.is_redated else {}) | ({"browser": True} if _is_told_by_pages(sent.kind) else {})
    event = NewEvent(when.id, sent.kind, when.happened_at, product_id=sent.product, payload=payload | marks)
    return event, when.earlier


def _is_told_by_pages(kind: str) -> bool:
    # A look that a page reported itself could be told from one that a browser did by nothing else.
    return kind == "product_viewed"


def _of_products_that_are(events: Sequence[NewEvent]) -> list[NewEvent]:
    named = {one for event in events for one in _products_of(event)}
    listed = shop.listed_as(named) if named else {}
    return [known for event in events if (known := _listed(event, listed)) is not None]


def _products_of(event: NewEvent) -> Iterable[int]:
    shown = event.payload.get("products", ()) if event.kind == "block_shown" else ()
    return [*shown[:MOST_PRODUCTS], *([event.product_id] if event.product_id is not None else [])]


def _listed(event: NewEvent, listed: Mapping[int, int]) -> NewEvent | None:
    """The event as the log keeps it: a listed product and its variant. None if the shop has no such product."""
    if event.kind == "block_shown":
        shown = [{"id": one} for one in _products_of(event) if one in listed]
        return replace(event, product_id=None, payload=event.payload | {"products": shown}) if shown else None
    if event.product_id is None:
        return None if event.kind == "product_viewed" else event
    if event.product_id not in listed:
        return None
    told: dict[str, Any] = {"product_id": listed[event.product_id], "variant_id": None}
    return replace(event, **told) if told["product_id"] == event.product_id else _variant(event, told["product_id"])


def _variant(event: NewEvent, parent_id: int) -> NewEvent:
    return replace(event, product_id=parent_id, variant_id=event.product_id)
