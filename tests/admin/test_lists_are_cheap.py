"""A page of a list asks the database as often for fifty rows as for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.block_keys import block_key
from personalization.events.identifiers import event_id
from personalization.events.models import DailyFigure
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.jobs.back_office import CappedPaginator
from personalization.recommend.models import TrainingRun
from personalization.storefront.models import Block
from tests.admin.stories import address, job, run_of
from tests.people import NOW, Shop, did, person


def many_blocks(shop: Shop) -> None:
    Block.objects.bulk_create([Block(slot=f"home-{n}", strategy="bestsellers") for n in range(10, 30)])


def many_runs(shop: Shop) -> None:
    for hours in range(20):
        run_of(TrainingRun.Status.REFUSED, lead=0.9, asked_at=NOW - timedelta(hours=hours))


def many_events(shop: Shop) -> None:
    for number, one in enumerate(shop.products.values()):
        did("product_viewed", one, user=person(f"shopper{number}"), at=NOW - timedelta(minutes=number))


def many_visitors(shop: Shop) -> None:
    for number in range(20):
        moment = NOW - timedelta(minutes=number)
        visitor = event_id(moment)
        write(
            [NewEvent(event_id(moment), "searched", moment, visitor_id=visitor)],
            visitors=[SeenVisitor(visitor, moment, person(f"visitor{number}").pk)],
        )


def many_figures(shop: Shop) -> None:
    blocks = Block.objects.bulk_create([Block(slot=f"home-{n}", strategy="trending") for n in range(40, 60)])
    for number, (block, one) in enumerate(zip(blocks, list(shop.products.values()) * 2, strict=False)):
        day = NOW.date() - timedelta(days=number)
        DailyFigure.objects.create(day=day, kind="block_shown", product_id=one.pk, block=block_key(block.pk), events=5)
        DailyFigure.objects.create(day=day, kind="block_shown", events=5)


def many_jobs(shop: Shop) -> None:
    for hours in range(20):
        job("refresh rankings", hours_ago=hours, summary={"lists": 5})


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("block", many_blocks),
        ("trainingrun", many_runs),
        ("event", many_events),
        ("visitor", many_visitors),
        ("jobrun", many_jobs),
        ("dailyfigure", many_figures),
    ],
)
def test_more_rows_ask_no_more_queries(
    owner: Client, filled_shop: Shop, model: str, more: Callable[[Shop], None]
) -> None:
    owner.get(address(model))
    with CaptureQueriesContext(connection) as few:
        owner.get(address(model))
    more(filled_shop)
    with CaptureQueriesContext(connection) as many:
        owner.get(address(model))
    assert len(many) == len(few)


def test_the_page_at_a_glance_asks_no_more_with_more_rows(owner: Client, filled_shop: Shop) -> None:
    page = address("block", "first_steps")
    owner.get(page)
    with CaptureQueriesContext(connection) as few:
        owner.get(page)
    for more in (many_blocks, many_runs, many_events):
        more(filled_shop)
    with CaptureQueriesContext(connection) as many:
        owner.get(page)
    assert len(many) == len(few)


def test_a_log_of_millions_is_not_counted_to_the_end(filled_shop: Shop, monkeypatch: Any, owner: Client) -> None:
    monkeypatch.setattr(CappedPaginator, "cap", 2)
    with CaptureQueriesContext(connection) as asked:
        page = owner.get(address("event"))
    assert "Only the newest 2 rows are listed" in page.content.decode()
    counts = [one["sql"] for one in asked if "COUNT(" in one["sql"] and "personalization_event" in one["sql"]]
    assert all("LIMIT 2" in sql for sql in counts)


def test_a_period_is_a_range_of_ids_so_that_old_months_stay_closed(filled_shop: Shop, owner: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        owner.get(address("event"), {"period": "week"})
    listed = [one["sql"] for one in asked if 'FROM "personalization_event"' in one["sql"]]
    assert listed
    assert all('"personalization_event"."id" >=' in sql for sql in listed)
