"""Promise 1, for the pages that are ours: a failure is an apology and not an error, and touches nothing of the shop."""

import json
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from personalization.events.identifiers import event_id
from personalization.events.models import ConsentRecord, Event, Visitor
from personalization.events.personal import tables
from tests.journeys_of_oscar import look_at, put_into_basket
from tests.people import log_in, person
from tests.safety import journeys
from tests.safety.database import our_log
from tests.safety.faults import SQL, Failure

HERE = "/personalization/"
KINDS = (RuntimeError, MemoryError, SQL)
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def message() -> bytes:
    one = {"id": str(event_id(timezone.now())), "kind": "custom", "data": {"name": "asked"}}
    one["at"] = int(timezone.now().timestamp() * 1000)
    return json.dumps({"v": 1, "page": "/", "events": [one]}).encode()


def report(client, shop):
    return client.post(f"{HERE}events/", message(), content_type="text/plain")


def answer(client, shop):
    body = json.dumps({"purposes": ["analytics"]})
    return client.post(f"{HERE}consent/answer/", body, content_type="application/json", headers=SCRIPT)


def get(address):
    return lambda client, shop: client.get(f"{HERE}{address}")


def post(address, **form):
    return lambda client, shop: client.post(f"{HERE}{address}", form)


def say(client, shop, **headers):
    form = {"what": "owned", "product": shop["honey"].pk, "next": "/basket/"}
    return client.post(f"{HERE}taste/feedback/", form, headers=headers)


def say_by_script(client, shop):
    return say(client, shop, **SCRIPT)


VIEWS, TASTE = "personalization.events.views", "personalization.people.views"
# What fails, and what the shopper does to meet it.
CASES = [
    (f"{VIEWS}.beacon.body.read", report),
    (f"{VIEWS}.beacon.receive", report),
    (f"{VIEWS}.consent.ledger.note_answer", answer),
    (f"{VIEWS}.consent.remember_answer", answer),
    (f"{VIEWS}.consent.ledger.note_answer", post("consent/", purpose="analytics")),
    (f"{VIEWS}.consent.page_words", post("consent/", purpose="analytics")),
    (f"{VIEWS}.consent.asked_for", get("consent/")),
    (f"{VIEWS}.my_data.counted", get("my-data/")),
    (f"{VIEWS}.my_data.exported", get("my-data/download/")),
    (f"{VIEWS}.my_data.counted", get("my-data/erase/")),
    (f"{VIEWS}.my_data.erase", post("my-data/erase/", sure="yes")),
    (f"{VIEWS}.my_data._begin_anew", post("my-data/erase/", sure="yes")),
    (f"{TASTE}.taste.read", get("taste/")),
    (f"{TASTE}.settle", post("taste/")),
    (f"{TASTE}.reply_to", say),
    (f"{TASTE}.way_back", say),
    (f"{TASTE}.reply_to", say_by_script),
]  # fmt: skip


@pytest.fixture
def clara(busy_shop):
    """Signed in, with something in the basket and a history."""
    client = Client(raise_request_exception=False)
    log_in(client, person("Clara"))
    look_at(client, busy_shop["coffee"])
    put_into_basket(client, busy_shop["honey"], pieces=2)
    return client


@pytest.mark.usefixtures("unbroken_circuits")
@pytest.mark.parametrize("atomic", [True, pytest.param(False, marks=pytest.mark.long)])
@pytest.mark.parametrize(("place", "does"), CASES, ids=[f"{place}-{number}" for number, (place, _) in enumerate(CASES)])
def test_a_failure_is_an_apology_and_nothing_of_the_shop_changes(
    busy_shop, clara, place, does, atomic, monkeypatch, caplog
):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic)
    before = journeys.seen_from_outside([])
    for kind in KINDS:
        boom = Failure(kind)
        caplog.clear()
        with mock.patch(place, boom):
            told = does(clara, busy_shop)
        assert boom.times == 1, "the fault must really have happened"
        assert len(our_log(caplog)) == 1, "it is logged exactly once"
        assert told.status_code in (302, 503)
        if told.status_code == 503:
            assert int(told.headers["Retry-After"]) > 0
        assert journeys.seen_from_outside([]) == before
        assert b"honey" in clara.get("/basket/").content
    # Whole again, with nobody's help.
    assert does(clara, busy_shop).status_code in (200, 204, 302)


def test_who_posts_without_a_script_is_told_in_words(busy_shop, clara):
    with mock.patch(f"{TASTE}.settle", Failure(RuntimeError)):
        told = clara.post(f"{HERE}taste/")
    assert "Please try again in a minute." in told.content.decode()
    with mock.patch(f"{VIEWS}.consent.ledger.note_answer", Failure(RuntimeError)):
        told = clara.post(f"{HERE}consent/", {"purpose": "analytics"}, follow=True)
    assert "Please try again in a minute." in told.content.decode()


def test_half_of_what_was_done_is_taken_back_with_the_shop_s_transaction(busy_shop, clara, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    before = ConsentRecord.objects.count()
    with mock.patch(f"{VIEWS}.consent.remember_answer", Failure(RuntimeError)):
        assert answer(clara, busy_shop).status_code == 503
    assert ConsentRecord.objects.count() == before


def test_an_erasure_that_fails_half_way_has_erased_nothing(busy_shop, clara):
    held = Event.objects.count(), Visitor.objects.count()
    assert all(held)
    boom = Failure(SQL)
    with mock.patch.object(type(list(tables)[-1]), "erase", boom):
        assert clara.post(f"{HERE}my-data/erase/", {"sure": "yes"}).status_code == 503
    assert boom.times == 1
    assert (Event.objects.count(), Visitor.objects.count()) == held


def test_what_a_view_says_on_purpose_is_no_failure(busy_shop, caplog):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(f"{HERE}taste/").status_code == 403
    assert browser.delete(f"{HERE}taste/").status_code in (403, 405)
    assert our_log(caplog) == []
