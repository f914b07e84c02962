"""How a signal of the shop is received: no receiver can raise, and within a request none asks the database."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from personalization.conf import conf
from personalization.events.basket import Goods
from personalization.events.record import in_hand
from personalization.events.visitors import account
from personalization.guard import guarded, guarded_in_memory

Receiver = Callable[..., None]


def receiver(function: Receiver) -> Receiver:
    """Makes a function fit to be connected to a signal of the shop."""

    @wraps(function)
    def receive(sender: Any, **kwargs: Any) -> None:
        # Rows loaded from a file of fixtures are nobody's deeds.
        if not conf.ENABLED or kwargs.get("raw"):
            return
        work, doing = partial(function, sender=sender, **kwargs), f"receiving {function.__name__}"
        if in_hand():
            guarded_in_memory(work, doing=doing)
        else:
            # Outside of a request, as in a command, record() may write at once.
            guarded(work, doing=doing, fallback=None)

    return receive


def goods(product: Any) -> Goods:
    """A loaded product."""
    return Goods(product.parent_id, product.pk) if product.parent_id else Goods(product.pk)


def goods_of(instance: Any) -> Goods:
    """The product of a line or a review; within a request one that is not at hand is looked up when all is written."""
    product, gathered = loaded(instance, "product"), in_hand()
    if product is None and gathered is not None:
        gathered.parents_unknown.add(instance.product_id)
        return Goods(instance.product_id)
    return goods(product or instance.product)


def loaded(instance: Any, relation: str) -> Any:
    """What a foreign key points at, if it is at hand; a look of ours would be a query."""
    return instance._state.fields_cache.get(relation)


def id_of(user: Any) -> int | None:
    """The account, if the page has loaded it; otherwise the middleware knows in the end."""
    known = account(user)
    return known.pk if known is not None else None
