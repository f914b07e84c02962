"""The benches whose tables stand in the README run, measure what they say, and leave nothing behind."""

from typing import Any

import pytest

from personalization.events.models import Event, Tally, Visitor
from shop_demo.bench import pages
from shop_demo.bench.capture import ingest, page
from tests import people


@pytest.fixture
def sold(open_shop: people.Shop, anna: Any) -> people.Shop:
    people.bought(anna, {open_shop["honey"]: 1})
    return open_shop


def left_behind() -> tuple[int, int, int]:
    return Event.objects.count(), Visitor.objects.count(), Tally.objects.count()


def test_pages_are_measured_with_the_app_on_and_off(sold: people.Shop) -> None:
    before = left_behind()
    rows = {row.page: row for row in pages.compare(rounds=1)}
    assert len(rows) == 12, "six pages, for a stranger and for a customer"
    assert all(row.on.queries >= row.off.queries > 0 for row in rows.values())
    assert rows["product, stranger"].on.queries > rows["product, stranger"].off.queries
    assert left_behind() == before


def test_capture_is_measured_on_oscar_s_own_page(sold: people.Shop) -> None:
    before = left_behind()
    stranger, customer = page.lines(rounds=1)
    assert stranger.ours.queries == stranger.bare.queries + 1
    assert customer.ours.queries == customer.bare.queries + 1
    assert customer.theirs.queries > customer.bare.queries
    assert left_behind() == before


def test_the_browsers_door_is_measured_against_one_save_an_event(sold: people.Shop) -> None:
    before = left_behind()
    found = ingest.ingest(batches=1)
    assert found.endpoint > 0
    assert found.orm > 0
    assert left_behind() == before
