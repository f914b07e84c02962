"""The demo's product page, with three blocks and the history, costs less than Oscar's own with its history strip."""

import json
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oscar.core.loading import get_model

from personalization.recommend.models import NeighbourList, TrainingRun
from personalization.recommend.versions import publish
from shop_demo.data import load_shop
from tests import bare

HISTORY = 20


class ProductPageTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_shop(sample=True)
        call_command("personalization_bootstrap", verbosity=0, stdout=StringIO())
        cls.products = list(get_model("catalogue", "Product").objects.browsable().filter(structure="standalone")[:60])
        _publish_neighbours([product.pk for product in cls.products])

    def test_the_product_page_asks_less_of_the_database_than_oscars_own(self):
        ours = self._queries(Client())
        with override_settings(ROOT_URLCONF="tests.urls", TEMPLATES=bare.templates(), PERSONALIZATION_ENABLED=False):
            oscars = self._queries(Client())
        assert ours < oscars, f"{ours} queries against {oscars}"

    def _queries(self, client: Client) -> int:
        for product in self.products[1 : HISTORY + 1]:
            client.get(product.get_absolute_url())
        assert len(json.loads(client.cookies["oscar_history"].value)) == HISTORY
        address = self.products[0].get_absolute_url()
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        # The savepoints are those of the test's own transaction round the page.
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def _publish_neighbours(ids: list[int]) -> None:
    run = TrainingRun.objects.create(asked_by="test", asked_at=timezone.now())
    rows = [
        NeighbourList(
            run=run, relation=relation, product_id=one, neighbour_ids=near, scores=[1.0] * 20, supports=[1] * 20
        )
        for relation, step in (("similar", 1), ("together", 21))
        for position, one in enumerate(ids)
        for near in [[ids[(position + step + number) % len(ids)] for number in range(20)]]
    ]
    NeighbourList.objects.bulk_create(rows)
    publish(run, now=timezone.now())
