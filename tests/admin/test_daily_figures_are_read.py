"""Daily figures are told by their names, filtered by what an owner asks, and taken away as a table."""

import csv
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client

from personalization.events.block_keys import block_key
from personalization.events.models import DailyFigure
from personalization.storefront.models import Block
from tests.admin.stories import address, job
from tests.people import NOW, Shop

TODAY = NOW.date()


def figure(kind: str = "block_shown", *, days_ago: int = 0, **more: Any) -> DailyFigure:
    values = {"day": TODAY - timedelta(days=days_ago), "kind": kind, "events": 1234, "people": 56}
    return DailyFigure.objects.create(**(values | more))


def rows(owner: Client, **query: Any) -> list[DailyFigure]:
    return list(owner.get(address("dailyfigure"), query).context["cl"].result_list)


def table(owner: Client, **query: Any) -> list[list[str]]:
    answer = owner.get(address("dailyfigure", "csv"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


def test_an_empty_list_says_when_the_first_come(owner: Client) -> None:
    assert "the first ones come within the hour" in owner.get(address("dailyfigure")).content.decode()
    figure()
    assert "within the hour" not in owner.get(address("dailyfigure")).content.decode()


def test_the_list_begins_with_the_whole_shop_and_thirty_days(owner: Client, filled_shop: Shop) -> None:
    shop, product = figure(), figure(product_id=filled_shop["honey"].pk)
    block, old = figure(block="tag:home-1"), figure(days_ago=30)
    assert rows(owner) == [shop]
    assert rows(owner, about="product") == [product]
    assert rows(owner, about="block") == [block]
    assert rows(owner, period="year") == [shop, old]
    assert rows(owner, period="today") == [shop]


def test_it_is_filtered_by_kind(owner: Client) -> None:
    figure()
    searched = figure("searched")
    assert rows(owner, kind__exact="searched") == [searched]


def test_products_and_blocks_are_told_by_their_names(owner: Client, filled_shop: Shop, bestsellers: Block) -> None:
    figure("purchased", product_id=filled_shop["honey"].pk, units=3, value=Decimal("14.97"))
    page = owner.get(address("dailyfigure"), {"about": "product"}).content.decode()
    assert "honey" in page
    assert "14.97" in page
    figure(block=block_key(bestsellers.pk))
    figure(block=block_key(9999))
    figure(block="tag:home-1")
    page = owner.get(address("dailyfigure"), {"about": "block"}).content.decode()
    assert "Best sellers (home-3)" in page
    assert "block:9999" in page
    assert ">home-1<" in page


def test_the_table_has_the_rows_that_the_filters_leave(owner: Client, filled_shop: Shop) -> None:
    honey = filled_shop["honey"]
    honey.title = "=honey"
    honey.save()
    figure()
    figure("purchased", product_id=honey.pk, units=3, value=Decimal("14.97"))
    head, *lines = table(owner, about="product")
    assert head[:4] == ["day", "kind", "product", "product_title"]
    told = ["2026-03-10", "purchased", str(honey.pk), "'=honey", "", "", "1234", "56", "3", "14.97"]
    assert lines == [told], "and no title is a formula"
    assert len(table(owner)) == 2


def test_the_way_to_the_table_keeps_the_filters(owner: Client) -> None:
    figure(block="tag:home-1")
    page = owner.get(address("dailyfigure"), {"about": "block"}).content.decode()
    assert f"{address('dailyfigure', 'csv')}?about=block" in page


def test_the_table_is_for_those_who_may_see_it(clerk: Client, reader: Client) -> None:
    assert clerk.get(address("dailyfigure", "csv")).status_code == 403
    assert reader.get(address("dailyfigure", "csv")).status_code == 200


def test_the_jobs_tell_in_words_what_was_let_go(owner: Client) -> None:
    job("prune", summary={"summed": 3, "figures": 0, "dropped": 1, "waiting": 0, "removed": 0, "strangers": 2})
    page = owner.get(address("jobrun")).content.decode()
    assert "Let go of what is too old" in page
    assert "0 events removed, 3 days summed up, 1 month dropped, 2 strangers forgotten" in page
