"""What personalization costs a page: the same pages with the app on and off, in turn, in one process."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from oscar.core.loading import get_model

from shop_demo.bench.shoppers import agreed, shoppers

Switch = Callable[[], override_settings]


@dataclass
class Measured:
    """Queries (of the last round) and milliseconds (of every round) of one page in one state."""

    queries: int = 0
    milliseconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The middle of all rounds, in milliseconds."""
        return statistics.median(self.milliseconds)


@dataclass(frozen=True)
class Row:
    """One page, on and off."""

    page: str
    on: Measured
    off: Measured

    @property
    def ratio(self) -> float:
        """The median over rounds of on divided by off: each pair was measured back to back."""
        return statistics.median(on / off for on, off in zip(self.on.milliseconds, self.off.milliseconds, strict=True))


def compare(*, rounds: int) -> Iterator[Row]:
    """Every page of the shop, for a stranger with some views and for a customer; leaves no events behind."""
    with agreed():
        for name, client in shoppers():
            for page, address in _pages():
                _look_around(client)
                yield _row(f"{page}, {name}", client, address, rounds)


def _row(page: str, client: Client, address: str, rounds: int) -> Row:
    row = Row(page, Measured(), Measured())
    for number in range(rounds + 1):
        states = [(row.on, True), (row.off, False)]
        for measured, is_on in states if number % 2 else reversed(states):
            with override_settings(PERSONALIZATION_ENABLED=is_on):
                milliseconds = _time(client, address, measured)
            if number:  # the first round warms caches
                measured.milliseconds.append(milliseconds)
    return row


def _time(client: Client, address: str, measured: Measured) -> float:
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        response = client.get(address)
        elapsed = (time.perf_counter() - started) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    measured.queries = len(queries)
    return elapsed


def _look_around(client: Client) -> None:
    for product in get_model("catalogue", "Product").objects.browsable().order_by("pk")[:5]:
        client.get(product.get_absolute_url())


def _pages() -> list[tuple[str, str]]:
    product = (
        get_model("catalogue", "Product")
        .objects.browsable()
        .filter(stockrecords__num_in_stock__gt=5)
        .order_by("-pk")
        .first()
    )
    category = get_model("catalogue", "ProductCategory").objects.filter(product=product).first().category
    return [
        ("home", "/"),
        ("catalogue", reverse("catalogue:index")),
        ("department", category.get_root().get_absolute_url()),
        ("product", product.get_absolute_url()),
        ("search", reverse("search:search") + "?q=milk"),
        ("basket", reverse("basket:summary")),
    ]
