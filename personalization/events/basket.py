"""What became of the lines of a basket: every save in a request, netted to one event for each line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent


class Goods(NamedTuple):
    """A product as the log keeps it: the shop lists parents, but sells their variants."""

    product_id: int
    variant_id: int | None = None

    @property
    def sold_id(self) -> int:
        """The one that lies in a basket; of a line that was loaded without its product, nothing else is known."""
        return self.variant_id or self.product_id


class Place(NamedTuple):
    """Where a line stood, and with how many pieces."""

    basket_id: int
    pieces: int


@dataclass(frozen=True)
class LineChange:
    """One save or deletion of a line; `before` is None for a new one, `after` for one that is gone."""

    line_id: int
    reference: str
    goods: Goods
    at: datetime
    before: Place | None
    after: Place | None
    # It went to a basket kept for later, which is no basket to buy from.
    is_for_later: bool = False


@dataclass
class _Net:
    line_id: int
    goods: Goods
    at: datetime
    before: int
    after: int


@dataclass
class BasketChanges:
    """The committed changes of one request, told apart by basket and Oscar's reference of the line."""

    lines: dict[tuple[int, str], _Net] = field(default_factory=dict)
    # Pieces of a product that the shop's own signal called an addition, and when.
    announced: dict[Goods, tuple[int, datetime]] = field(default_factory=dict)
    other_baskets: set[int] = field(default_factory=set)

    def note(self, change: LineChange) -> None:
        """Adds one committed change."""
        before, after = change.before, change.after
        if before is not None:
            pieces = after.pieces if after is not None and after.basket_id == before.basket_id else 0
            self._net(change, before.basket_id, before=before.pieces, after=pieces)
        if after is None:
            return
        if before is None or before.basket_id != after.basket_id:
            self._net(change, after.basket_id, before=0, after=after.pieces)
        if change.is_for_later:
            self.other_baskets.add(after.basket_id)
        elif before is not None and before.basket_id != after.basket_id:
            # It came out of a basket kept for later, or out of one that is being merged: neither was emptied by hand.
            self.other_baskets.add(before.basket_id)

    def announce(self, goods: Goods, *, pieces: int, at: datetime) -> None:
        """The shop's signal says that a product was added: more of it is then no mere change of a number."""
        self.announced[goods] = (pieces, at)

    def merge(self, basket_id: int) -> None:
        """This basket went up in another one at login: where its lines stand now is where the shopper left them."""
        self.other_baskets.add(basket_id)
        moved = {reference for basket, reference in self.lines if basket == basket_id}
        for (_, reference), net in self.lines.items():
            if reference in moved:
                net.before = net.after

    def events(self, *, has_ordered: bool = False) -> Iterator[NewEvent]:
        """One event for each line that is not what it was; a basket that became an order was not emptied by hand."""
        told = {goods.sold_id for goods in self.announced}
        saved = {net.goods.sold_id for net in self.lines.values()}
        for (basket_id, _), net in self.lines.items():
            if basket_id in self.other_baskets or net.before == net.after or (has_ordered and not net.after):
                continue
            kind, quantity, more = _told(net, is_addition=net.goods.sold_id in told)
            yield _event(kind, net.goods, quantity=quantity, at=net.at, payload={"line": net.line_id, **more})
        for goods, (pieces, at) in self.announced.items():
            # A shop that keeps its lines by statements of its own saves none that could be seen.
            if goods.sold_id not in saved:
                yield _event("basket_added", goods, quantity=pieces, at=at, payload={})

    def _net(self, change: LineChange, basket_id: int, *, before: int, after: int) -> None:
        fresh = _Net(change.line_id, change.goods, change.at, before, after)
        net = self.lines.setdefault((basket_id, change.reference), fresh)
        net.after, net.at = after, change.at


def _told(net: _Net, *, is_addition: bool) -> tuple[str, int | None, dict[str, Any]]:
    if not net.after:
        return "basket_removed", None, {"before": net.before}
    if not net.before or (is_addition and net.after > net.before):
        return "basket_added", net.after - net.before, {}
    return "basket_changed", net.after, {"before": net.before}


def _event(kind: str, goods: Goods, *, at: datetime, **more: Any) -> NewEvent:
    return NewEvent(id=event_id(at), kind=kind, happened_at=at, **goods._asdict(), **more)
