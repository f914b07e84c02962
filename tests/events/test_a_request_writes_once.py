"""What a request costs the database, and what it leaves when the page fails."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject
from oscar.apps.search.signals import user_search

from personalization.events import receivers
from personalization.events.middleware import PersonalizationMiddleware
from personalization.events.models import Event, Visitor
from personalization.events.record import record
from tests.journeys_of_oscar import look_at, put_into_basket


@contextmanager
def queries():
    with CaptureQueriesContext(connection) as captured:
        seen: list[str] = []
        yield seen
    seen += [one["sql"] for one in captured]


def ours(sqls: list[str]) -> list[str]:
    return [sql for sql in sqls if "personalization_" in sql]


def test_the_events_of_a_request_are_one_insert_after_its_transaction(open_shop, client):
    with queries() as sent:
        put_into_basket(client, open_shop["oat milk"])
    (insert,) = ours(sent)
    assert insert == sent[-1]
    assert sent[-2] == "COMMIT"
    assert Event.objects.get().kind == "basket_added"


def test_a_page_without_our_blocks_adds_one_query(open_shop, client, settings):
    look_at(client, open_shop["oat milk"])
    settings.PERSONALIZATION_ENABLED = False
    with queries() as bare:
        look_at(client, open_shop["oat milk"])
    settings.PERSONALIZATION_ENABLED = True
    with queries() as sent:
        look_at(client, open_shop["oat milk"])
    assert len(sent) == len(bare) + 1


def test_a_page_with_nothing_to_say_adds_none_and_gives_no_cookie(open_shop, client):
    client.get("/basket/")
    with queries() as sent:
        response = client.get("/basket/")
    assert ours(sent) == []
    assert response.cookies.get("pz_vid") is None
    assert Event.objects.get().kind == "visit_started"


def test_a_stranger_who_was_not_asked_costs_no_query_and_gets_no_cookie(open_shop, client, settings):
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
    with queries() as sent:
        response = look_at(client, open_shop["oat milk"])
        put_into_basket(client, open_shop["oat milk"])
    assert ours(sent) == []
    assert not {"pz_vid", "pz_visit"} & set(response.cookies)
    assert Visitor.objects.count() == Event.objects.count() == 0


def test_a_user_that_the_page_did_not_load_is_not_loaded_for_us(open_shop, rf):
    def page(request):
        receivers.product_viewed(sender=None, product=open_shop["oat milk"], user=request.user)
        return HttpResponse("a page that never asks who is there")

    request = rf.get("/")
    request.user = SimpleLazyObject(lambda: pytest.fail("somebody loaded the user"))
    PersonalizationMiddleware(page)(request)
    assert Event.objects.get(kind="product_viewed").user_id is None


@pytest.mark.parametrize("atomic", [True, False], ids=["atomic", "not atomic"])
class TestAPageThatEndsInAnError:
    @pytest.fixture(autouse=True)
    def _pages(self, settings, open_shop, client, atomic, monkeypatch):
        settings.ROOT_URLCONF = "tests.events.pages"
        monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
        client.raise_request_exception = False

    def test_writes_no_look(self, client):
        assert client.get("/look-and-fail/").status_code == 500
        assert Event.objects.count() == 0
        assert Visitor.objects.count() == 0

    def test_writes_a_fact_only_if_it_was_committed(self, client, atomic):
        assert client.get("/add-and-fail/").status_code == 500
        assert Event.objects.count() == (0 if atomic else 1)

    def test_a_basket_that_was_rolled_back_inside_the_page_was_never_filled(self, client):
        assert client.get("/add-and-roll-back/").status_code == 200
        assert Event.objects.get().kind == "visit_started"


def test_outside_of_a_request_an_event_is_written_with_its_transaction(open_shop):
    with transaction.atomic():
        record("basket_added", product_id=open_shop["oat milk"].pk)
        assert Event.objects.count() == 0
    assert Event.objects.count() == 1
    with transaction.atomic():
        record("basket_added", product_id=open_shop["oat milk"].pk)
        transaction.set_rollback(True)
    assert Event.objects.count() == 1


def test_switched_off_means_no_query_no_cookie_and_no_row(open_shop, client, settings):
    settings.PERSONALIZATION_ENABLED = False
    with queries() as sent:
        response = look_at(client, open_shop["oat milk"])
        put_into_basket(client, open_shop["oat milk"])
    assert ours(sent) == []
    assert "pz_vid" not in response.cookies
    assert Event.objects.count() == 0


def test_words_with_a_nul_cost_the_request_nothing(
    open_shop,
):
    user_search.send(sender=None, session={}, user=None, query="oat\0milk")
    assert Event.objects.get(kind="searched").payload == {"query": "oat milk"}
