"""`record()` gathers what happens during a request; the middleware writes it once, when the view is done."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from personalization import shop
from personalization.conf import conf
from personalization.events import spool
from personalization.events.basket import BasketChanges
from personalization.events.consent import Consent
from personalization.events.erasures import nameable
from personalization.events.identifiers import event_id
from personalization.events.kinds import Traffic, kinds, not_agreed_to
from personalization.events.person import Person
from personalization.events.purchases import KIND as PURCHASED
from personalization.events.purchases import purchase_events
from personalization.events.visit import Visit, carried_on
from personalization.events.vouchers import VoucherChanges
from personalization.events.write import UNCOUNTED, NewEvent, SeenVisitor, write
from personalization.guard import guarded, guarded_after_commit


@dataclass
class Gathered:
    """What one request has to say, and about whom."""

    person: Person = field(default_factory=Person)
    consent: Consent = field(default_factory=Consent)
    traffic: str = Traffic.SHOPPER
    events: list[NewEvent] = field(default_factory=list)
    order_ids: list[int] = field(default_factory=list)
    basket: BasketChanges = field(default_factory=BasketChanges)
    vouchers: VoucherChanges = field(default_factory=VoucherChanges)
    # Products that were told by their number alone: each may be a variant of another.
    parents_unknown: set[int] = field(default_factory=set)
    # What befell others than the one before the page.
    apart: list[NewEvent] = field(default_factory=list)
    # Visitors other than the current one that this request ties to an account.
    links: list[SeenVisitor] = field(default_factory=list)
    visit: Visit | None = None
    # The page was asked for by a person: nothing fetched ahead counts, save for what it changed in the shop.
    is_looked_at: bool = True
    is_new_visitor: bool = False
    has_left: bool = False
    has_logged_in: bool = False
    # A block made from what we know of this person stands in the page.
    is_personal: bool = False

    @property
    def may_remember(self) -> bool:
        """Something of this person may be written, under a visitor id."""
        return self.consent.may_store and self.traffic != Traffic.BOT

    def visitor_id(self) -> uuid.UUID | None:
        """The current visitor; a new one is made with the first thing worth remembering."""
        if not self.may_remember:
            return None
        if self.person.visitor_id is None:
            self.person = replace(self.person, visitor_id=uuid.uuid4())
            self.is_new_visitor = True
        return self.person.visitor_id

    def go_on_visiting(self, now: datetime, landing: Callable[[], dict[str, Any]]) -> None:
        """A sign of life: the visit goes on, or one begins, which is an event; `landing` says where it came from."""
        if not self.may_remember:
            return
        self.visit = carried_on(self.visit, now=now)
        if self.visit.is_new:
            told = landing()
            if not self.consent.may_count:
                # Where somebody came from decides nothing that is shown; where they are does.
                told = {name: told[name] for name in told.keys() & {"region"}} | UNCOUNTED
            self.events.insert(0, NewEvent(self.visit.id, "visit_started", now, payload=told))

    def changes(self) -> list[NewEvent]:
        """What became of the basket's lines and vouchers, all told."""
        has_ordered = bool(self.order_ids)
        return [*self.basket.events(has_ordered=has_ordered), *self.vouchers.events(has_ordered=has_ordered)]


_current: ContextVar[Gathered | None] = ContextVar("personalization_gathered", default=None)


def gathering(gathered: Gathered | None) -> Any:
    """Makes this the request in hand; gives the token that `ContextVar.reset` of the caller takes."""
    return _current.set(gathered)


def stop_gathering(token: Any) -> None:
    """The request is over."""
    _current.reset(token)


def in_hand() -> Gathered | None:
    """What the current request has gathered; None outside of a request."""
    return _current.get()


def record(
    kind: str,
    *,
    product_id: int | None = None,
    variant_id: int | None = None,
    quantity: int | None = None,
    value: Decimal | None = None,
    payload: dict[str, Any] | None = None,
    user_id: int | None = None,
    identifier: uuid.UUID | None = None,
    now: datetime | None = None,
) -> None:
    """Notes that something happened: the hook for a shop's own pages and views. Touches no database, waits on nothing.

    A fact counts once its transaction has committed; anything else, once the page has been served.
    Raises UnknownName for a kind that is not registered.
    """
    if not conf.ENABLED:
        return
    moment, known_kind = now or timezone.now(), kinds.get(kind)
    event = NewEvent(
        id=identifier or event_id(moment),
        kind=kind,
        happened_at=moment,
        user_id=user_id,
        product_id=product_id,
        variant_id=variant_id,
        quantity=quantity,
        value=value,
        payload=payload or {},
    )
    gathered = in_hand()
    if gathered is None:
        guarded_after_commit(partial(write_alone, [event]), doing=f"writing {kind}")
    elif known_kind.is_fact:
        guarded_after_commit(partial(gathered.events.append, event), doing=f"noting {kind}")
    else:
        gathered.events.append(event)


def record_apart(kind: str, *, user_id: int | None, payload: dict[str, Any]) -> None:
    """Notes what befell an account, whoever is before the page: the staff that sends a parcel did not order it."""
    now = timezone.now()
    event = NewEvent(event_id(now), kinds.get(kind).name, now, user_id=user_id, payload=payload)
    gathered, alone = in_hand(), partial(_write_nameless, event)
    guarded_after_commit(partial(gathered.apart.append, event) if gathered else alone, doing=f"noting {kind}")


def write_alone(events: Iterable[NewEvent]) -> None:
    """Writes what happened outside of any request; of an account only where its own last answer allows it."""
    told = [*events]
    known = nameable({event.user_id for event in told if event.user_id is not None})
    write([event for event in told if event.user_id is None or event.user_id in known])


def record_order(order_id: int) -> None:
    """Notes that an order was placed; its lines are read when its transaction has committed."""
    if not conf.ENABLED:
        return
    gathered = in_hand()
    if gathered is None:
        guarded_after_commit(partial(_write_orders, [order_id]), doing="writing an order")
    else:
        guarded_after_commit(partial(gathered.order_ids.append, order_id), doing="noting an order")


def write_gathered(gathered: Gathered, *, page_failed: bool, user_id: int | None, now: datetime) -> bool:
    """Writes the request's events in one statement; of a page that failed or was fetched ahead, only the facts.

    False says that the log took none of them: the account may have said no elsewhere.
    """
    only_facts = page_failed or not gathered.is_looked_at
    events = [event for event in gathered.events if not only_facts or kinds.get(event.kind).is_fact]
    events += gathered.changes()
    if gathered.order_ids:
        events += guarded(partial(_bought, gathered.order_ids), doing="reading the lines of an order", fallback=[])
    if not events and not gathered.links and not gathered.apart:
        return spool.deliver([])
    apart = _nameless_unless_agreed(gathered.apart) if gathered.apart else []
    if not gathered.consent.may_store:
        # Without consent only what the shop's own database says anyway is kept: its purchases, and nobody's name.
        purchases = [replace(event, user_id=None) for event in events if event.kind == PURCHASED]
        return spool.deliver([*purchases, *apart]) or True
    events = _with_parents(_as_agreed(events, gathered.consent), gathered.parents_unknown)
    visitor_id = gathered.visitor_id()
    visit_id = gathered.visit.id if gathered.visit else None
    signed = [
        replace(
            event,
            visitor_id=visitor_id,
            user_id=event.user_id if event.kind == PURCHASED else event.user_id or user_id,
            visit_id=visit_id,
            traffic=gathered.traffic,
        )
        for event in events
    ]
    links = [replace(link, traffic=gathered.traffic) for link in gathered.links]
    seen = _seen(gathered, visitor_id, visit_id, user_id=user_id, now=now)
    return spool.deliver([*signed, *apart], visitors=[*links, *seen])


def _as_agreed(events: list[NewEvent], consent: Consent) -> list[NewEvent]:
    """Without what only counts, where that was not agreed to; the rest is then marked, and in no figure."""
    if consent.may_count:
        return events
    left_out = not_agreed_to(consent.purposes)
    return [
        event if event.kind == PURCHASED else replace(event, payload=event.payload | UNCOUNTED)
        for event in events
        if event.kind not in left_out
    ]


def _nameless_unless_agreed(apart: Sequence[NewEvent]) -> list[NewEvent]:
    # Whoever is before the page, its consent says nothing of the account that this befell.
    ask = partial(nameable, {event.user_id for event in apart if event.user_id is not None})
    known: set[int] = guarded(ask, doing="asking who may be named", fallback=set())
    return [event if event.user_id in known else replace(event, user_id=None) for event in apart]


def _write_nameless(event: NewEvent) -> None:
    write(_nameless_unless_agreed([event]))


def _seen(
    gathered: Gathered, visitor_id: uuid.UUID | None, visit_id: uuid.UUID | None, *, user_id: int | None, now: datetime
) -> list[SeenVisitor]:
    if visitor_id is None or _is_told(gathered, user_id):
        return []
    follows = gathered.links[-1].id if gathered.links and gathered.is_new_visitor else None
    return [SeenVisitor(visitor_id, now, user_id, gathered.traffic, visit_id, follows)]


def _is_told(gathered: Gathered, user_id: int | None) -> bool:
    """The row of this stranger says all this: the visit's cookie is as fresh as `last_seen_at` has to be."""
    is_plain = user_id is None and gathered.traffic == Traffic.SHOPPER and not gathered.is_new_visitor
    return is_plain and gathered.visit is not None and gathered.visit.is_kept


def _with_parents(events: list[NewEvent], unknown: set[int]) -> list[NewEvent]:
    listed = shop.listed_as(unknown) if unknown else {}
    variants = {product_id: parent_id for product_id, parent_id in listed.items() if parent_id != product_id}
    return [
        replace(event, product_id=variants[event.product_id], variant_id=event.product_id)
        if event.product_id in variants and event.variant_id is None
        else event
        for event in events
    ]


def _write_orders(order_ids: list[int]) -> None:
    write(_bought(order_ids))


def _bought(order_ids: list[int]) -> list[NewEvent]:
    # Should it fail, the sweep finds the order in the shop's own tables.
    return purchase_events(shop.order_lines(order_ids=order_ids))
