"""The benches whose tables stand in the README run, measure what they say, and leave nothing behind."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from personalization.events.models import Event, Tally, Visitor
from shop_demo.bench import pages, scale, serving
from shop_demo.bench.capture import ingest, page
from shop_demo.bench.serving_shop import Size, fill
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
    assert list(found.endpoint) == [20, 50, 100]
    assert all(through > 0 for through in (found.orm, *found.endpoint.values()))
    assert left_behind() == before


def test_a_page_of_a_large_shop_is_measured_by_its_parts(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    said: list[str] = []
    fill(Size(products=300, shoppers=60), now=timezone.now(), say=said.append)
    before = left_behind()
    lines = {line.name: line for line in serving.measure(rounds=2)}
    assert "events: 600 of 600" in said
    assert lines["select 1"].queries == 1
    assert lines["similar by table"].queries == lines["together by table"].queries == 1
    assert lines["choose: similar"].queries == 2, "the neighbours with the version, the products with their stock"
    assert all(line.queries <= 4 for name, line in lines.items() if name.startswith("further block"))
    assert lines["12 cards, rendered only: ours"].queries == lines["12 cards, rendered only: Oscar's"].queries == 0
    assert all(len(line.milliseconds) == 2 for line in lines.values())
    assert left_behind() == before


def test_a_night_of_a_large_shop_is_measured_by_its_stages() -> None:
    said: list[str] = []
    clock = scale.neighbours(products=200, events=8_000, say=said.append)
    assert {"learning", "similar", "also", "together"} <= clock.stages.keys()
    assert any("recall@10" in line for line in said)


def test_item2vec_is_measured_beside_gensim() -> None:
    found = scale.pace(products=100, events=4_000, rounds=1)
    assert found.ratio > 0
    assert found.work_ratio > 0
