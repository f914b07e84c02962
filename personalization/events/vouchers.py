"""What became of the vouchers of a basket: netted, since Oscar takes a code that gives nothing off again at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent


@dataclass
class VoucherChanges:
    """The committed changes of one request: how often each voucher was put on more than taken off."""

    net: dict[int, int] = field(default_factory=dict)
    at: dict[int, datetime] = field(default_factory=dict)
    # Off a basket that went up in another one at login, and so onto that one.
    moved: set[int] = field(default_factory=set)

    def note(self, voucher_id: int, *, step: int, at: datetime, is_merge: bool = False) -> None:
        """Adds one committed change: +1 put on, -1 taken off."""
        if is_merge:
            self.moved.add(voucher_id)
            return
        self.net[voucher_id] = self.net.get(voucher_id, 0) + step
        self.at[voucher_id] = at

    def events(self, *, has_ordered: bool) -> Iterator[NewEvent]:
        """One event for each voucher that stayed, or went; an order sees to its vouchers itself."""
        for voucher_id, net in self.net.items():
            is_move = net > 0 and voucher_id in self.moved
            if not net or is_move or (has_ordered and net < 0):
                continue
            kind, at = ("voucher_added" if net > 0 else "voucher_removed"), self.at[voucher_id]
            yield NewEvent(id=event_id(at), kind=kind, happened_at=at, payload={"voucher": voucher_id})
