"""Everything of ours that a page of the shop runs through, made to fail."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any
from unittest import mock

from django.db import connection

from personalization.events import receivers
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import Tables
from personalization.storefront.request import Page

Boom = Callable[..., Any]
PYTHON = (RuntimeError, MemoryError, RecursionError, TimeoutError)
RECEIVERS = (
    receivers.product_viewed,
    receivers.basket_addition,
    receivers.user_search,
    receivers.order_placed,
    receivers.user_registered,
    receivers.user_logged_in,
    receivers.user_logged_out,
)


class Failure:
    """Fails whenever it is called, and counts how often; `kind` is an exception, or a broken query."""

    def __init__(self, *kinds: type[Exception] | str) -> None:
        self._kinds = cycle(kinds)
        self.times = 0
        self.__name__ = "failure"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Fails."""
        self.times += 1
        kind = next(self._kinds)
        if kind == "sql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT a_column_that_is_not_there")
        raise kind("injected")


@contextmanager
def failing_receiver(receiver: Any, boom: Boom) -> Iterator[None]:
    """The inside of a connected receiver fails; its guard stays as it is."""
    (cell,) = (one for one in receiver.__closure__ if one.cell_contents is receiver.__wrapped__)
    cell.cell_contents = boom
    try:
        yield
    finally:
        cell.cell_contents = receiver.__wrapped__


@contextmanager
def all_receivers(boom: Boom) -> Iterator[None]:
    with ExitStack() as stack:
        for receiver in RECEIVERS:
            stack.enter_context(failing_receiver(receiver, boom))
        yield


@contextmanager
def _all_strategies(boom: Boom) -> Iterator[None]:
    with ExitStack() as stack:
        for strategy in strategies:
            stack.enter_context(mock.patch.object(type(strategy), "candidates", boom))
        yield


def _named(*targets: str) -> Callable[[Boom], Any]:
    @contextmanager
    def failing(boom: Boom) -> Iterator[None]:
        with ExitStack() as stack:
            for target in targets:
                stack.enter_context(mock.patch(target, boom))
            yield

    return failing


@contextmanager
def _owner_s_blocks(boom: Boom) -> Iterator[None]:
    with mock.patch.object(Page, "blocks", property(boom)):
        yield


@contextmanager
def _tables(boom: Boom) -> Iterator[None]:
    with mock.patch.object(Tables, "ranked", boom), mock.patch.object(Tables, "neighbours", boom):
        yield


# What fails together in one journey; nothing in a group keeps another of the group from being reached.
PLACES: dict[str, tuple[Callable[[Boom], Any], ...]] = {
    "receivers, tags and the writing of events": (
        all_receivers,
        _named("personalization.templatetags.personalization.page_of", "personalization.events.spool.write"),
    ),
    "consent and strategies": (_named("personalization.events.middleware.consent_of"), _all_strategies),
    "history and owner's blocks": (_named("personalization.events.history.recent"), _owner_s_blocks),
    "basket and cookie": (
        _named("personalization.shop.basket_product_ids", "personalization.events.visitors.write_cookie"),
    ),
    "tables of the model": (_tables,),
    "product cards": (_named("personalization.shop.cards"),),
    "templates": (_named("personalization.storefront.blocks.render_to_string"),),
    "the note of what was shown": (_named("personalization.storefront.blocks.record"),),
}


@contextmanager
def failing(place: str, boom: Boom) -> Iterator[None]:
    """Everything at this place fails."""
    with ExitStack() as stack:
        for failing_part in PLACES[place]:
            stack.enter_context(failing_part(boom))
        yield
