"""One shop for all modules, with real commits: a journey leaves only what people did, and that is forgotten."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.base.creation import TEST_DATABASE_PREFIX
from django.test import TransactionTestCase, override_settings
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.conf import Conf
from personalization.events import spool
from personalization.guard import READING, WRITING
from personalization.recommend.bundles.models import Bundle
from personalization.recommend.models import NeighbourList, RankedList, ServedModel, TrainingRun
from personalization.recommend.searches.models import SearchList
from personalization.storefront.models import Block
from tests import bare, people
from tests.safety import journeys


@pytest.fixture(scope="session")
def test_database(django_db_setup: None, django_db_blocker: Any, django_db_keepdb: bool) -> Iterator[None]:
    """The database of the tests, though none of them carries the mark for which pytest-django would make it.

    The mark would wrap each test in a transaction; without it, a file run alone would fill and empty the real shop.
    """
    made = None
    with django_db_blocker.unblock():
        if not connection.settings_dict["NAME"].startswith(TEST_DATABASE_PREFIX):
            made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb, aliases={"default"})
    yield
    if made is not None and not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(made, verbosity=0)


@pytest.fixture(scope="package")
def busy_shop(test_database: None, django_db_blocker: Any) -> Iterator[people.Shop]:
    """Bare Oscar with every tag on every page, lists to show, and an owner's block."""
    folder = Path(__file__).parent / "templates"
    with django_db_blocker.unblock(), override_settings(ROOT_URLCONF="tests.urls", TEMPLATES=bare.templates(folder)):
        shop = people.open_shop()
        get_model("partner", "StockRecord").objects.update(num_in_stock=10_000)
        fill_tables(shop)
        people.voucher(journeys.VOUCHER)
        yield shop
        TransactionTestCase._fixture_teardown(None)  # type: ignore[arg-type]
        connection.close()


@pytest.fixture(autouse=True)
def _begin_anew() -> Iterator[None]:
    """No test leaves the next one an open circuit, or an event that waits."""
    for circuit in (READING, WRITING):
        circuit.reset()
    spool._spool.forget()
    yield
    for circuit in (READING, WRITING):
        circuit.reset()
        circuit.clock = time.monotonic
    spool._spool.forget()


@pytest.fixture
def unbroken_circuits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails is tried again the next time, so that each fault of a journey happens."""
    for name in ("FAILURES", "WAITS"):
        monkeypatch.setattr(f"personalization.guard.circuit.{name}", 10**9)


@pytest.fixture
def as_in_a_shop(settings: Any) -> None:
    """The deadlines and the spool of a shop, not those of the tests."""
    for name in ("READ_TIMEOUT", "WRITE_TIMEOUT", "SPOOLED_EVENTS"):
        setattr(settings, f"PERSONALIZATION_{name}", getattr(Conf, name).default)


@pytest.fixture(autouse=True)
def _forget(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "busy_shop" in request.fixturenames:
        journeys.forget()


def fill_tables(shop: people.Shop) -> None:
    """A published version in which everything is near everything, and best sellers of every kind."""
    people.know_goods(shop)
    ids = [one.pk for one in shop.products.values() if one.parent_id is None]
    now = timezone.now()
    run = TrainingRun.objects.create(status="published", asked_by="test", asked_at=now, published_at=now)
    ServedModel.objects.create(run=run, flipped_at=now)
    for measure, period in [("units", "week"), ("units", "month"), ("trend", "week")]:
        RankedList.objects.create(
            measure=measure, period=period, product_ids=ids, scores=[1.0] * len(ids), refreshed_at=now
        )
    for scope in ("region:kyiv", "group:price_and_department:high-1"):
        RankedList.objects.create(
            measure="units", period="month", scope=scope, product_ids=ids, scores=[1.0] * len(ids), refreshed_at=now
        )
    for relation in NeighbourList.Relation.values:
        for one in ids:
            others = [other for other in ids if other != one]
            NeighbourList.objects.create(
                run=run, relation=relation, product_id=one, neighbour_ids=others,
                scores=[1.0 / place for place in range(1, len(ids))], supports=[5] * len(others),
            )  # fmt: skip
    for one in ids:
        others = [other for other in ids if other != one][:4]
        Bundle.objects.create(
            product_id=one, run_id=run.pk, composed_at=now, companion_ids=others, scores=[1.0] * len(others)
        )
    SearchList.objects.create(
        scope="words", words="oat milk", product_ids=ids, scores=[1.0] * len(ids), people=5, refreshed_at=now
    )
    Block.objects.create(slot="everywhere", strategy="bestsellers", limit=1, minimum=1)
