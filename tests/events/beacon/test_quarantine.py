"""What nobody could read is kept for a week, tried again when asked, and forgotten."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import DataError, connection
from django.utils import timezone

from personalization.events.beacon.quarantine import clear_quarantine, try_again
from personalization.events.daily import unsummed
from personalization.events.models import Event, QuarantinedPayload, SummedDay
from tests.events.beacon.conftest import counted, event, post
from tests.people import NOW


@pytest.mark.parametrize("body", [
    b"", b"\0", b"not JSON", b"{}", b"[]", b"null", b'{"events": {}}', b'{"events": [NaN]}', b'{"events": [1,]}',
    b'{"v": 2, "events": []}', b'{"events": [], "page": 7}', b'{"events": ["\\ud800"]}', b"\xff\xfe{}",
    b'{"events": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", '{"events": []}'.encode("utf-16"),
])  # fmt: skip
def test_what_nobody_can_read_is_counted_and_kept(db, browser, body):
    assert post(browser, body).status_code == 400
    kept = QuarantinedPayload.objects.get()
    assert (bytes(kept.body), kept.reason) == (body, "unreadable")
    assert kept.details
    assert counted() == {"received": 1, "unreadable": 1}


def test_no_more_than_the_limit_is_kept_in_a_day(db, browser, settings):
    settings.PERSONALIZATION_QUARANTINE_ROWS = 2
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(3):
            post(browser, b"?")
        clock.shift(timedelta(hours=12, seconds=1))
        post(browser, b"?")
    assert QuarantinedPayload.objects.count() == 3
    assert counted() == {"received": 4, "unreadable": 4}


def kept(body: bytes, *, at=NOW) -> QuarantinedPayload:
    return QuarantinedPayload.objects.create(received_at=at, reason="unreadable", body=body)


class TestTryingAgain:
    def test_what_can_be_read_now_is_judged_as_of_when_it_came(self, shop):
        told = [event("product_viewed", at=NOW, product=shop["honey"].pk), event("purchased", at=NOW)]
        payload = kept(json.dumps({"events": told}).encode())
        with time_machine.travel(NOW + timedelta(days=5), tick=False):
            SummedDay.objects.create(day=NOW.date(), summed_at=timezone.now())
            assert try_again([payload]) == (1, 0)
        assert unsummed(until=NOW.date() + timedelta(days=1)) == [NOW.date()], "its day is counted again"
        stored = Event.objects.get()
        assert (stored.happened_at, stored.visitor_id, stored.user_id) == (NOW, None, None)
        assert stored.payload == {"browser": True}
        assert not QuarantinedPayload.objects.exists()
        assert counted() == {"received": 2, "stored": 1, "unknown_kind": 1}

    def test_what_is_still_unreadable_stays_and_is_not_counted_again(self, db):
        payload = kept(b"?")
        assert try_again([payload]) == (0, 1)
        assert QuarantinedPayload.objects.get() == payload
        assert counted() == {}

    def test_twice_is_as_good_as_once(self, db):
        payload = kept(json.dumps({"events": [event(at=NOW)]}).encode())
        assert try_again([payload, payload]) == (1, 0)
        assert counted() == {"received": 1, "stored": 1}

    def test_the_command_does_so_too(self, db):
        kept(b"?")
        kept(b'{"events": []}')
        out = StringIO()
        call_command("personalization_try_again", stdout=out)
        assert out.getvalue() == "1 messages could be read now, 1 could not.\n"


def test_after_a_week_it_is_forgotten(db):
    kept(b"old", at=NOW - timedelta(days=7, seconds=1))
    young = kept(b"young", at=NOW - timedelta(days=7))
    assert clear_quarantine(NOW) == 1
    assert QuarantinedPayload.objects.get() == young


def test_what_postgresql_can_t_hold_is_the_sender_s_fault(open_shop, browser, caplog):
    def fail(execute, sql, params, many, context):
        if "personalization_take" in sql:
            raise DataError("value out of range")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        answer = post(browser, json.dumps({"events": [event()]}).encode())
    assert (answer.status_code, len(answer.cookies)) == (400, 0)
    assert QuarantinedPayload.objects.get().details == "PostgreSQL can't hold it"
    assert counted() == {"received": 1, "unreadable": 1}
    assert len([one for one in caplog.records if one.name == "personalization"]) == 1
