"""Everything of ours that a page of the shop runs through, made to fail."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any
from unittest import mock

from django.db import DatabaseError, connection

from personalization.conf import Conf
from personalization.events import receivers, saved
from personalization.recommend.strategies.strategy import strategies
from personalization.recommend.tables import Tables
from personalization.storefront.request import Page

PYTHON = (RuntimeError, MemoryError, RecursionError, TimeoutError, DatabaseError)
# A statement that PostgreSQL refuses, and one that our own deadline cancels.
SQL, SLOW = "sql", "slow"
RECEIVERS = tuple(
    {one.__name__: one for module in (receivers, saved) for one in vars(module).values() if hasattr(one, "__wrapped__")}
    .values()
)  # fmt: skip


# What the pages of bare Oscar with our tags on them show; the other strategies have no place there.
SHOWN = {"for_you", "similar", "bought_together", "goes_with_basket", "bestsellers", "trending", "recently_viewed",
         "new_arrivals"}  # fmt: skip


class Failure:
    """Fails whenever it is called, and counts how often; `kind` is an exception, or a broken query."""

    def __init__(self, *kinds: type[Exception] | str) -> None:
        self._kinds = cycle(kinds)
        self.times = 0
        # How often each place was reached of those that a journey must come by.
        self.fired: Counter[str] = Counter()
        self.__name__ = "failure"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Fails."""
        self.times += 1
        kind = next(self._kinds)
        if kind in (SQL, SLOW):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(5)" if kind == SLOW else "SELECT a_column_that_is_not_there")
                raise AssertionError("The statement was neither refused nor cancelled.")
        raise kind("injected")

    def at(self, place: str) -> "FailureAt":
        """The same, and counted for this place too."""
        self.fired[place] += 0
        return FailureAt(self, place)


class FailureAt:
    """A failure in one place."""

    def __init__(self, failure: Failure, place: str) -> None:
        self._failure, self._place = failure, place
        self.__name__ = "failure"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Fails."""
        self._failure.fired[self._place] += 1
        return self._failure()


@contextmanager
def failing_receiver(receiver: Any, boom: Callable[..., Any]) -> Iterator[None]:
    """The inside of a connected receiver fails; its guard stays as it is."""
    (cell,) = (one for one in receiver.__closure__ if one.cell_contents is receiver.__wrapped__)
    cell.cell_contents = boom
    try:
        yield
    finally:
        cell.cell_contents = receiver.__wrapped__


@contextmanager
def all_receivers(boom: Failure) -> Iterator[None]:
    with ExitStack() as stack:
        for receiver in RECEIVERS:
            stack.enter_context(failing_receiver(receiver, boom.at(receiver.__name__)))
        yield


@contextmanager
def _all_strategies(boom: Failure) -> Iterator[None]:
    with ExitStack() as stack:
        for strategy in strategies:
            failure = boom.at(strategy.name) if strategy.name in SHOWN else boom
            stack.enter_context(mock.patch.object(type(strategy), "candidates", failure))
        yield


def _named(*targets: str) -> Callable[[Failure], Any]:
    @contextmanager
    def failing(boom: Failure) -> Iterator[None]:
        with ExitStack() as stack:
            for target in targets:
                stack.enter_context(mock.patch(target, boom.at(target)))
            yield

    return failing


def _hook(module: str) -> Callable[[Failure], Any]:
    """The shop's own callable, named in the settings, fails."""

    @contextmanager
    def failing(boom: Failure) -> Iterator[None]:
        # Of the two hooks only the region's has no default that could fail.
        region = "a.callable.of.the.shop" if module == "landing" else None
        with (
            mock.patch.object(Conf, "REGION", region),
            mock.patch(f"personalization.events.{module}.import_string", return_value=boom.at(f"the hook of {module}")),
        ):
            yield

    return failing


@contextmanager
def _owner_s_blocks(boom: Failure) -> Iterator[None]:
    with mock.patch.object(Page, "blocks", property(boom.at("Page.blocks"))):
        yield


@contextmanager
def _tables(boom: Failure) -> Iterator[None]:
    with (
        mock.patch.object(Tables, "ranked", boom.at("Tables.ranked")),
        mock.patch.object(Tables, "neighbours", boom.at("Tables.neighbours")),
    ):
        yield


# What fails together in one journey; nothing in a group keeps another of the group from being reached.
PLACES: dict[str, tuple[Callable[[Failure], Any], ...]] = {
    "receivers, tags and the writing of events": (
        all_receivers,
        _named("personalization.templatetags.personalization.page_of", "personalization.events.spool.write"),
    ),
    "the shop's answer to consent, and strategies": (_hook("consent"), _all_strategies),
    "history, owner's blocks and the marking of private pages": (
        _named("personalization.events.history.recent", "personalization.events.middleware.keep_private"),
        _owner_s_blocks,
    ),
    "basket, cookie, script and the notes of pages": (
        _named(
            "personalization.shop.baskets.lying", "personalization.events.visitors.write_cookie",
            "personalization.storefront.script._script", "personalization.events.pages.note",
        ),
    ),
    "tables of the model and the shop's answer to the region": (_tables, _hook("landing")),
    "product cards and what is agreed to at login": (
        _named("personalization.shop.Shelf.of", "personalization.events.ledger.settle_at_login"),
    ),
    "templates and the lines of an order": (
        _named("personalization.storefront.blocks.render_to_string", "personalization.shop.order_lines"),
    ),
    "the note of what was shown": (_named("personalization.storefront.blocks.record"),),
}  # fmt: skip


@contextmanager
def failing(place: str, boom: Failure) -> Iterator[None]:
    """Everything at this place fails."""
    with ExitStack() as stack:
        for failing_part in PLACES[place]:
            stack.enter_context(failing_part(boom))
        yield
