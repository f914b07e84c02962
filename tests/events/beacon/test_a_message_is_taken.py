"""What a browser reports, stored once, under the visitor that its cookie names."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from personalization.events.erasures import visitor_subject
from personalization.events.models import AccountConsent, Erasure, Event, Visitor
from personalization.events.wording import details_told
from personalization.events.write import SeenVisitor, write
from tests import people
from tests.events.beacon.conftest import ADDRESS, CHROME, counted, event, send
from tests.journeys_of_oscar import look_at
from tests.people import NOW


def visitor_of(browser) -> uuid.UUID:
    return uuid.UUID(signing.Signer(salt="personalization.visitor").unsign(browser.cookies["pz_vid"].value))


def test_each_kind_of_event_is_kept_with_its_details(open_shop, browser):
    milk, block, shown = open_shop["oat milk"].pk, 7, str(uuid.uuid4())
    answer = send(
        browser,
        event("product_viewed", product=milk),
        event("block_shown", data={"slot": "home-1", "strategy": "trending", "block": block, "products": [milk, milk]}),
        event("block_seen", data={"shown": shown, "slot": "home-1", "block": str(block)}),
        event("block_clicked", product=milk, data={"shown": shown, "slot": "home-1", "block": block, "position": 2}),
        event("page_left", data={"path": "/basket/?email=anna@example.com", "seconds": 12.5, "scrolled": 80}),
        event("custom", data={"name": "opened_faq", "data": {"question": 4}}),
    )
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (204, b"", "no-store, private")
    told = {one.kind: one for one in Event.objects.exclude(kind="visit_started")}
    assert {kind: one.payload for kind, one in told.items()} == {
        "product_viewed": {"browser": True},
        "block_shown": {"slot": "home-1", "strategy": "trending", "block": 7, "products": [{"id": milk}, {"id": milk}]},
        "block_seen": {"shown": shown, "slot": "home-1", "block": 7},
        "block_clicked": {"shown": shown, "slot": "home-1", "block": 7, "position": 2},
        "page_left": {"path": "/basket/", "seconds": 12.5, "scrolled": 80},
        "custom": {"name": "opened_faq", "data": {"question": 4}},
    }
    assert {kind: one.product_id for kind, one in told.items() if one.product_id} == {
        "product_viewed": milk,
        "block_clicked": milk,
    }
    assert {one.visitor_id for one in told.values()} == {visitor_of(browser)}
    assert counted() == {"received": 6, "stored": 6}


def test_money_quantity_and_identity_are_never_read(open_shop, browser):
    wished = str(uuid.uuid4())
    forged = {
        "quantity": 9,
        "value": "999.99",
        "visitor": wished,
        "visitor_id": wished,
        "user_id": 1,
        "traffic": "staff",
    }
    send(browser, event("product_viewed", product=open_shop["honey"].pk, data=forged, **forged))
    told = Event.objects.get(kind="product_viewed")
    assert (told.quantity, told.value, told.user_id, told.traffic) == (None, None, None, "shopper")
    assert told.visitor_id == visitor_of(browser)
    assert told.payload == {"browser": True}
    assert details_told(told) == ""


def test_a_variant_is_put_down_to_the_product_that_lists_it(open_shop, browser):
    send(browser, event("product_viewed", product=open_shop["apron large"].pk))
    told = Event.objects.get(kind="product_viewed")
    assert (told.product_id, told.variant_id) == (open_shop["apron"].pk, open_shop["apron large"].pk)


def test_the_same_message_again_stores_nothing_and_is_counted(open_shop, browser):
    same = [event(), event()]
    assert [send(browser, *same).status_code for _ in range(3)] == [204] * 3
    assert Event.objects.filter(kind="custom").count() == 2
    assert counted() == {"received": 6, "stored": 2, "doubled": 4}


def test_it_costs_one_query_and_one_more_where_products_are_named(open_shop, browser):
    send(browser, event())
    with CaptureQueriesContext(connection) as plain:
        send(browser, *[event() for _ in range(20)])
    with CaptureQueriesContext(connection) as with_products:
        send(browser, *[event("product_viewed", product=one.pk) for one in open_shop.products.values()])
    assert [len(plain), len(with_products)] == [1, 2]


class TestTheVisit:
    def test_a_page_from_a_cache_begins_a_visit_where_it_was_looked_at(self, open_shop, browser):
        send(
            browser,
            event(),
            page="/catalogue/",
            Referer="http://testserver/catalogue/?utm_source=letter&utm_campaign=spring",
        )
        began, told = Event.objects.order_by("kind")[::-1]
        assert began.payload["landing"] == "/catalogue/"
        assert (began.payload["source"], began.payload["campaign"]) == ("letter", "spring")
        assert began.payload["number"] == 1
        assert began.id == began.visit_id == told.visit_id
        assert Visitor.objects.get().script_seen_at is not None

    @pytest.mark.parametrize(
        "referrer", ["http://[", "http://testserver/other/?utm_source=x", "http://testserver/?a=%ff"]
    )
    def test_a_page_that_is_not_where_it_says_tells_its_path_alone(self, db, browser, referrer):
        send(browser, event(), page="/catalogue/", Referer=referrer)
        began = Event.objects.get(kind="visit_started").payload
        assert began["landing"] == "/catalogue/"
        assert not {"source", "medium", "referrer"} & set(began)

    def test_a_region_that_can_t_be_told_costs_nothing_but_itself(self, db, browser, settings, caplog):
        settings.PERSONALIZATION_REGION = "tests.events.no_such.callable"
        assert send(browser, event()).status_code == 204
        assert Event.objects.filter(kind="custom").count() == 1
        assert len(caplog.records) == 1

    def test_a_report_is_a_sign_of_life(self, open_shop, browser):
        with time_machine.travel(NOW, tick=False) as clock:
            look_at(browser, open_shop["oat milk"])
            for _ in range(3):
                clock.shift(timedelta(minutes=20))
                send(browser, event())
            look_at(browser, open_shop["honey"])
        assert Event.objects.filter(kind="visit_started").count() == 1
        assert Event.objects.values("visit_id").distinct().count() == 1

    def test_of_nothing_but_refused_events_no_visitor_is_made(self, open_shop, browser):
        answer = send(browser, event("purchased"), event("product_viewed", product=999_999))
        assert answer.status_code == 204
        assert "pz_vid" not in answer.cookies
        assert Visitor.objects.count() == Event.objects.count() == 0


class TestWhoseItIs:
    def test_the_account_is_the_one_that_the_visitor_s_row_names_at_no_query(self, open_shop, browser, anna):
        people.log_in(browser, anna)
        with CaptureQueriesContext(connection) as sent:
            send(browser, event())
        assert Event.objects.get(kind="custom").user_id == anna.pk
        assert len([one for one in sent if "personalization_" in one["sql"]]) == 1

    @pytest.mark.parametrize("traffic", ["staff", "bot"])
    def test_who_was_found_out_since_stays_so(self, db, browser, traffic):
        send(browser, event())
        Visitor.objects.update(traffic=traffic)
        send(browser, event())
        assert sorted(Event.objects.filter(kind="custom").values_list("traffic", flat=True)) == sorted(
            ["shopper", traffic]
        )

    def test_staff_stays_staff(self, open_shop, browser):
        browser.force_login(people.person("Clara", is_staff=True))
        look_at(browser, open_shop["oat milk"])
        send(browser, event())
        assert Event.objects.get(kind="custom").traffic == "staff"

    def test_an_account_that_said_no_elsewhere_is_not_reported_on(self, open_shop, browser, anna):
        people.log_in(browser, anna)
        AccountConsent.objects.update_or_create(user_id=anna.pk, defaults={"purposes": [], "changed_at": NOW})
        assert send(browser, event(), event()).status_code == 204
        assert not Event.objects.filter(kind="custom").exists()
        assert counted() == {"received": 2, "erased": 2}

    def test_what_comes_after_an_erasure_is_refused(self, open_shop, browser):
        look_at(browser, open_shop["oat milk"])
        Erasure.objects.create(subject=visitor_subject(visitor_of(browser)), erased_at=NOW)
        assert send(browser, event(), event("purchased")).status_code == 204
        assert not Event.objects.filter(kind="custom").exists()
        assert counted() == {"received": 2, "erased": 1, "unknown_kind": 1}

    def test_a_visit_begun_by_the_report_is_not_counted_as_reported(self, open_shop, browser):
        known = uuid.uuid4()
        write([], visitors=[SeenVisitor(known, NOW)])
        browser.cookies["pz_vid"] = signing.Signer(salt="personalization.visitor").sign(str(known))
        send(browser, event())
        assert Event.objects.count() == 2
        assert counted() == {"received": 1, "stored": 1}


def test_switched_off_there_is_no_such_page(open_shop, browser, settings):
    settings.PERSONALIZATION_ENABLED = False
    with CaptureQueriesContext(connection) as sent:
        assert send(browser, event()).status_code == 404
    assert not [one for one in sent if "personalization_" in one["sql"]]


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options", "patch"])
def test_only_a_post_is_taken(open_shop, browser, method):
    answer = getattr(browser, method)(ADDRESS)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert counted() == {}


def test_no_token_is_needed_and_no_transaction_of_the_shop_is_open(open_shop):
    strict = Client(enforce_csrf_checks=True, headers={"User-Agent": CHROME})
    with CaptureQueriesContext(connection) as sent:
        assert send(strict, event()).status_code == 204
    assert not [one for one in sent if one["sql"].startswith(("BEGIN", "SAVEPOINT"))]
