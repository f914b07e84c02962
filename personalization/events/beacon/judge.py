"""Decides on each event of a batch: what is kept, in which form, or the reason why it is refused."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from personalization import shop
from personalization.events.beacon.batch import MOST_EVENTS, Sent
from personalization.events.beacon.dating import Window, id_of
from personalization.events.beacon.details import MOST_PRODUCTS, BadDetails
from personalization.events.beacon.outcomes import BAD_DATA, BAD_ID, NOT_FOR_THIS, OVER_CAP, UNKNOWN_PRODUCT
from personalization.events.beacon.singly import Refused, read_event
from personalization.events.consent import Consent
from personalization.events.kinds import not_agreed_to
from personalization.events.write import UNCOUNTED, Reported

logger = logging.getLogger("personalization")
# Kinds that mean nothing without products.
_OF_PRODUCTS = frozenset({"product_viewed", "block_shown"})


@dataclass(frozen=True)
class Judged:
    """The events to be stored, the ids under which some may be stored already, and how many are refused and why."""

    events: Sequence[Reported] = ()
    earlier: Sequence[str] = ()
    refused: Counter[str] = field(default_factory=Counter)


def judge(sent: Sequence[msgspec.Raw | Sent], *, consent: Consent, now: datetime) -> Judged:
    """Judges all of them; one query, and that only if products are named."""
    window, left_out = Window(now), not_agreed_to(consent.purposes)
    events: list[Reported] = []
    earlier: list[str] = []
    refused: Counter[str] = Counter({OVER_CAP.name: len(sent[MOST_EVENTS:])})
    for one in sent[:MOST_EVENTS]:
        try:
            events.append(_event(one, window, earlier, left_out))
        except Refused as refusal:
            refused[refusal.why.name] += 1
        except BadDetails:
            refused[BAD_DATA.name] += 1
        except Exception:
            # Would be a fault of ours, and come again with each sending; the events beside it are not to pay for it.
            logger.exception("personalization could not judge an event")
            refused[BAD_DATA.name] += 1
    if not consent.may_count:
        _leave_out_of_figures(events)
    known = _of_products_that_are(events)
    refused[UNKNOWN_PRODUCT.name] += len(events) - len(known)
    return Judged(known, earlier, +refused)


def _event(one: msgspec.Raw | Sent, window: Window, earlier: list[str], left_out: frozenset[str]) -> Reported:
    sent = one if isinstance(one, Sent) else read_event(one)
    kind = sent.kind
    if kind in left_out:
        raise Refused(NOT_FOR_THIS)
    identifier = id_of(sent.id)
    if identifier is None:
        raise Refused(BAD_ID)
    payload = sent.data.kept()
    when = window.dated(identifier, sent.at)
    earlier += when.earlier
    if kind == "product_viewed":
        # A look that a page reported itself could be told from one that a browser did by nothing else.
        payload = {"browser": True}
    if when.is_redated:
        payload = {**msgspec.to_builtins(payload), "redated": True}
    return Reported(when.id, kind, when.happened_at, sent.product, None, payload)


def _leave_out_of_figures(events: Sequence[Reported]) -> None:
    for event in events:
        event.payload = {**msgspec.to_builtins(event.payload), **UNCOUNTED}


def _of_products_that_are(events: list[Reported]) -> list[Reported]:
    about = [event for event in events if event.product_id is not None or event.kind in _OF_PRODUCTS]
    if not about:
        return events
    named = {one for event in about for one in _products_of(event)}
    listed = shop.listed_as(named) if named else {}
    return [event for event in events if _is_listed(event, listed)]


def _products_of(event: Reported) -> Iterable[int]:
    own = () if event.product_id is None else (event.product_id,)
    return own if event.kind != "block_shown" else (*event.payload["products"][:MOST_PRODUCTS], *own)


def _is_listed(event: Reported, listed: Mapping[int, int]) -> bool:
    """The shop has what it is about; the event then names the listed product and its variant, as the log does."""
    if event.kind == "block_shown":
        shown = [{"id": one} for one in _products_of(event) if one in listed]
        event.payload["products"], event.product_id = shown, None
        return bool(shown)
    if event.product_id is None:
        return event.kind != "product_viewed"
    product_id = listed.get(event.product_id)
    if product_id is not None and product_id != event.product_id:
        event.product_id, event.variant_id = product_id, event.product_id
    return product_id is not None
