"""The shop's pages while something below us is missing: our rows, our tables, our cache, our broker."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import Client

from personalization import models, tasks
from personalization.events.models import Event
from tests import bare, people
from tests.journeys_of_oscar import look_at, put_into_basket, search
from tests.safety import journeys
from tests.safety.conftest import fill_tables
from tests.safety.faults import Failure


@pytest.fixture(autouse=True)
def _pages(bare_oscar, settings):
    settings.TEMPLATES = bare.templates(Path(__file__).parent / "templates")


def pages(shop: people.Shop) -> list[int]:
    client = Client(raise_request_exception=False)
    answers = [
        client.get("/catalogue/"),
        client.get(shop.categories["Breakfast"].get_absolute_url()),
        look_at(client, shop["oat milk"]),
        look_at(client, shop["apron"]),
        search(client, "milk"),
        put_into_basket(client, shop["oat milk"]),
        client.get("/basket/"),
        client.get("/accounts/login/"),
    ]
    return [one.status_code for one in answers]


EXPECTED = [200, 200, 200, 200, 200, 302, 200, 200]


def test_with_empty_tables_every_page_is_served_and_nothing_is_logged(shop, caplog):
    assert pages(shop) == EXPECTED
    assert [one for one in caplog.records if one.name == "personalization"] == []


def test_with_our_tables_dropped_every_page_is_served(shop, caplog):
    with transaction.atomic():
        with connection.cursor() as cursor:
            for name in {getattr(models, one)._meta.db_table for one in models.__all__}:
                cursor.execute(f"DROP TABLE {name} CASCADE")
        assert pages(shop) == EXPECTED
        assert "does not exist" in caplog.text
        transaction.set_rollback(True)


def test_with_goods_deleted_since_the_training_their_places_are_filled(shop, client):
    fill_tables(shop)
    shop["oat milk"].delete()
    shop["apron"].delete()
    response = look_at(client, shop["butter"])
    assert response.status_code == 200
    assert b'data-pz-product="' in response.content
    assert b"oat milk" not in response.content


def test_with_a_strategy_gone_its_block_shows_best_sellers(shop, client, caplog):
    fill_tables(shop)
    models.Block.objects.update(strategy="gone_with_the_next_release")
    assert b'data-pz-block="pz-everywhere' in look_at(client, shop["butter"]).content
    assert len([one for one in caplog.records if one.name == "personalization"]) == 1


class TestTheBroker:
    def test_is_never_asked_by_a_shopper(self, shop, nothing_is_published):
        fill_tables(shop)
        outcome = journeys.everything(shop)
        assert len(outcome.orders) == 2
        assert nothing_is_published == []

    def test_when_a_page_asks_it_the_watch_bites(self, nothing_is_published):
        for task in (tasks.train, tasks.sweep_orders):
            with pytest.raises(AssertionError, match="waits on no broker"):
                task.delay()
        with pytest.raises(AssertionError, match="waits on no broker"):
            tasks.train.app.send_task("personalization.train")
        assert len(nothing_is_published) == 3
        nothing_is_published.clear()


def test_the_log_is_still_written_when_a_block_fails(shop, client, monkeypatch):
    boom = Failure(RuntimeError)
    monkeypatch.setattr("personalization.shop.Shelf.of", boom)
    fill_tables(shop)
    look_at(client, shop["butter"])
    assert boom.times, "the block must really have failed"
    assert Event.objects.filter(kind="product_viewed").count() == 1
