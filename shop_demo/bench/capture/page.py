"""Oscar's own product page: bare, with our capture, and with Oscar's analytics receivers, in turn, in one process."""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from oscar.apps.analytics import receivers as theirs
from oscar.apps.catalogue.signals import product_viewed
from oscar.core.loading import get_class, get_model

from shop_demo.bench.shoppers import agreed, shoppers

BARE, OURS, THEIRS = "bare", "ours", "Oscar's analytics"


@dataclass
class Cost:
    """Queries of the last look, milliseconds of every look."""

    queries: int = 0
    milliseconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """One shopper's page in the three states."""

    shopper: str
    bare: Cost
    ours: Cost
    theirs: Cost

    @staticmethod
    def ratio(cost: Cost, bare: Cost) -> float:
        """The median over rounds: each pair was measured back to back."""
        return statistics.median(a / b for a, b in zip(cost.milliseconds, bare.milliseconds, strict=True))


def lines(*, rounds: int) -> Iterator[Line]:
    """A stranger who agreed, and a customer; nothing stays in the log."""
    address = get_model("catalogue", "Product").objects.browsable().order_by("-pk").first().get_absolute_url()
    with _bare_shop(), agreed():
        for name, client in shoppers():
            costs = {BARE: Cost(), OURS: Cost(), THEIRS: Cost()}
            for number in range(rounds + 2):
                # Each state is first as often as last: whatever warms up, warms up for all.
                order = list(costs)[number % 3 :] + list(costs)[: number % 3]
                for state in order:
                    # The first look warms up, the second counts.
                    elapsed = _look(client, address, state, costs[state], counts=number == 1)
                    if number > 1:
                        costs[state].milliseconds.append(elapsed)
            yield Line(name, costs[BARE], costs[OURS], costs[THEIRS])


def _look(client: Client, address: str, state: str, cost: Cost, *, counts: bool) -> float:
    with ExitStack() as stack:
        stack.enter_context(override_settings(PERSONALIZATION_ENABLED=state == OURS))
        if state == THEIRS:
            stack.enter_context(_their_receiver())
        # Counting makes each query dearer: one look counts, all others are timed.
        queries = stack.enter_context(CaptureQueriesContext(connection)) if counts else None
        started = time.perf_counter()
        response = client.get(address)
        elapsed = (time.perf_counter() - started) * 1000
        if queries is not None:
            cost.queries = len(queries)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return elapsed


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
