"""Oscar's own product page: bare, with our capture, and with Oscar's analytics receivers, in turn, in one process.

Asked as a server asks, through WSGI: the test client's own work would stand in all figures. What another state left for
the garbage collector is taken away between two looks, and no look pays for it.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from oscar.apps.analytics import receivers as theirs
from oscar.apps.catalogue.signals import product_viewed
from oscar.core.loading import get_class, get_model

from shop_demo.bench.shoppers import BROWSER, agreed, shoppers

BARE, OURS, THEIRS = "bare", "ours", "Oscar's analytics"
WARM_UP = 10


@dataclass
class Cost:
    """Queries of the last look; milliseconds of every look until the page was there, and until all was done."""

    queries: int = 0
    served: list[float] = field(default_factory=list)
    done: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One shopper's page in the three states."""

    shopper: str
    bare: Cost
    ours: Cost
    theirs: Cost

    def ratios(self, cost: Cost) -> tuple[float, float]:
        """To the bare page, until served and until done: medians over rounds, each pair measured back to back."""
        return _ratio(cost.served, self.bare.served), _ratio(cost.done, self.bare.done)


class Visit:
    """One shopper who opens one page again and again, with the cookies that the shop gave."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address
        self._shop = WSGIHandler()
        headers = {"User-Agent": BROWSER, "Accept": "text/html", "Accept-Language": "en", "Sec-Fetch-Dest": "document"}
        self._request: dict[str, Any] = RequestFactory(headers=headers).get(address).environ

    def look(self) -> tuple[float, float]:
        """Milliseconds until the last byte of the page was there, and until the server was done with the request."""
        cookies = "; ".join(f"{name}={one.value}" for name, one in self._client.cookies.items())
        request, answers = self._request | {"HTTP_COOKIE": cookies}, list[tuple[str, list[tuple[str, str]]]]()
        started = time.perf_counter()
        response = self._shop(request, lambda status, headers, *_: answers.append((status, headers)))  # type: ignore[arg-type]
        body = b"".join(response)
        served = time.perf_counter() - started
        response.close()
        done = time.perf_counter() - started
        ((status, headers),) = answers
        if not status.startswith("200") or not body:
            raise RuntimeError(f"{self._address} answered {status}")
        for name, value in headers:
            if name == "Set-Cookie":
                self._client.cookies.load(value)
        return served * 1000, done * 1000


def lines(*, rounds: int) -> Iterator[Line]:
    """A stranger who agreed, and a customer; nothing stays in the log."""
    address = get_model("catalogue", "Product").objects.browsable().order_by("-pk").first().get_absolute_url()
    with _bare_shop(), agreed():
        for name, client in shoppers():
            yield _line(name, Visit(client, address).look, rounds)


def _ratio(some: list[float], others: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(some, others, strict=True))


def _line(name: str, look: Callable[[], tuple[float, float]], rounds: int) -> Line:
    costs = {BARE: Cost(), OURS: Cost(), THEIRS: Cost()}
    for _ in range(WARM_UP):
        for state, cost in costs.items():
            # Counting makes each query dearer: these looks count, all others are timed.
            with _state(state), CaptureQueriesContext(connection) as queries:
                look()
            cost.queries = len(queries)
    with _no_garbage() as take_away:
        for number in range(rounds):
            # Each state is first as often as last.
            for state in (*list(costs)[number % 3 :], *list(costs)[: number % 3]):
                with _state(state):
                    served, done = look()
                costs[state].served.append(served)
                costs[state].done.append(done)
                take_away()
    return Line(name, costs[BARE], costs[OURS], costs[THEIRS])


@contextmanager
def _no_garbage() -> Iterator[Callable[[], object]]:
    """Inside, garbage is collected when it is asked for."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield gc.collect
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def _state(state: str) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(override_settings(PERSONALIZATION_ENABLED=state == OURS))
        if state == THEIRS:
            stack.enter_context(_their_receiver())
        yield


@contextmanager
def _their_receiver() -> Iterator[None]:
    product_viewed.connect(theirs.receive_product_view)
    try:
        yield
    finally:
        product_viewed.disconnect(theirs.receive_product_view)


@contextmanager
def _bare_shop() -> Iterator[None]:
    """Oscar's own pages with none of the demo's, and none of Oscar's analytics unless asked for."""
    engine: dict[str, Any] = settings.TEMPLATES[0]
    processors = [one for one in engine["OPTIONS"]["context_processors"] if not one.startswith("shop_demo.")]
    bare: dict[str, Any] = {
        "TEMPLATES": [engine | {"DIRS": [], "OPTIONS": {"context_processors": processors}}],
        "ROOT_URLCONF": _addresses(),
    }
    was_connected = product_viewed.disconnect(theirs.receive_product_view)
    try:
        with override_settings(**bare):
            yield
    finally:
        if was_connected:
            product_viewed.connect(theirs.receive_product_view)


def _addresses() -> ModuleType:
    catalogue = apps.get_app_config("catalogue")
    demo_s, catalogue.detail_view = catalogue.detail_view, get_class("catalogue.views", "ProductDetailView")  # type: ignore[attr-defined]
    try:
        module = ModuleType("bare_addresses")
        module.urlpatterns = [  # type: ignore[attr-defined]
            path("i18n/", include("django.conf.urls.i18n")),
            path("personalization/", include("personalization.urls")),
            path("", include(apps.get_app_config("oscar").urls[0])),  # type: ignore[attr-defined]
        ]
        return module
    finally:
        catalogue.detail_view = demo_s  # type: ignore[attr-defined]
