"""What an order line looks like in the log."""

from collections.abc import Iterable

from personalization.conf import conf
from personalization.events.erasures import nameless_lines
from personalization.events.identifiers import fact_id
from personalization.events.stores import stores_of
from personalization.events.write import NewEvent
from personalization.shop import OrderLine

KIND = "purchased"


def counts(line: OrderLine) -> bool:
    """An order in an ignored status, such as a cancelled one, is no purchase."""
    return line.status not in conf.IGNORED_ORDER_STATUSES


def purchase_events(lines: Iterable[OrderLine]) -> list[NewEvent]:
    """One event for each line that counts, with the id that this line always has.

    The line of somebody who was erased since, or whose account has said no, is told without the account.
    """
    told = [line for line in lines if counts(line)]
    nameless, stores = nameless_lines(told), stores_of(line.order_id for line in told)
    return [
        NewEvent(
            id=fact_id(line.placed_at, kind=KIND, key=line.id),
            kind=KIND,
            happened_at=line.placed_at,
            user_id=None if line.id in nameless else line.user_id,
            product_id=line.product_id,
            variant_id=line.variant_id,
            quantity=line.quantity,
            value=line.value,
            payload=_payload(line, stores.get(line.order_id, "")),
        )
        for line in told
    ]


def _payload(line: OrderLine, store: str) -> dict[str, int | str]:
    told: dict[str, int | str] = {"order": line.order_id, "line": line.id}
    return told | {"store": store} if store else told
