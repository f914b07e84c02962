"""Whatever is refused is counted by its reason: received = stored + refused, exactly."""

import json
import threading
import time
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.test import Client

from personalization.events.beacon import pace as pacing
from personalization.events.beacon.details import Own
from personalization.events.beacon.outcomes import REFUSALS
from personalization.events.beacon.pace import Pace
from personalization.events.identifiers import event_id
from personalization.events.models import Event, QuarantinedPayload, Visitor
from personalization.events.write import Reported, count, take
from tests.events.beacon.conftest import ADDRESS, CHROME, counted, event, post, send
from tests.people import NOW


def nothing_was_stored() -> bool:
    return not Event.objects.exists() and not Visitor.objects.exists() and not QuarantinedPayload.objects.exists()


@pytest.mark.parametrize("headers", [
    {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Origin": "http://[::1"}, {"Origin": "http://testserver.evil.example"}, {"Origin": ""},
    {"Sec_Fetch_Site": "same-origin", "Origin": "https://evil.example"},
])  # fmt: skip
def test_another_site_is_turned_away(db, browser, headers):
    answer = send(browser, event(), **headers)
    assert (answer.status_code, answer.content, len(answer.cookies)) == (403, b"", 0)
    assert counted() == {"received": 1, "foreign": 1}
    assert nothing_was_stored()


def test_a_host_that_is_not_ours_is_no_origin(db, browser, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "CommonMiddleware" not in one]
    assert send(browser, event(), Origin="https://evil.example", Host="evil.example").status_code == 403


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "same-origin"}, {"Origin": "http://testserver"}])
def test_the_shop_s_own_pages_are_heard(db, browser, headers):
    assert send(browser, event(), **headers).status_code == 204


@pytest.mark.parametrize("header", ["Sec_GPC", "DNT"])
def test_without_consent_nothing_is_read_stored_or_set(db, browser, header):
    for body in (b"not even JSON", json.dumps({"events": [event()]}).encode()):
        answer = post(browser, body, **{header: "1"})
        assert (answer.status_code, len(answer.cookies)) == (403, 0)
    assert counted() == {"received": 2, "no_consent": 2}
    assert nothing_was_stored()


def test_who_was_never_asked_has_not_agreed(db, browser, settings):
    settings.PERSONALIZATION_CONSENT = "personalization.events.consent.answered"
    assert send(browser, event()).status_code == 403
    assert counted() == {"received": 1, "no_consent": 1}


def test_a_robot_is_heard_and_forgotten(db):
    robot = Client(headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    assert send(robot, event()).status_code == 204
    assert counted() == {"received": 1, "bot": 1}
    assert nothing_was_stored()


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip", "nonsense"])
def test_nothing_is_unpacked(db, browser, coding):
    assert post(browser, b"\x1f\x8b\x08" + b"\0" * 100, Content_Encoding=coding).status_code == 415
    assert counted() == {"received": 1, "encoded": 1}
    assert nothing_was_stored()


class Endless(BytesIO):
    """A body that never ends; it knows how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size >= 0
        self.taken += size
        return b"x" * size


class TestLength:
    @pytest.mark.parametrize("announced", ["65537", "65000000", "99999999999999999999", "65536000"])
    def test_no_more_is_read_than_may_come(self, db, browser, announced):
        body = Endless()
        answer = browser.generic(
            "POST", ADDRESS, b"", content_type="text/plain", **{"wsgi.input": body, "CONTENT_LENGTH": announced}
        )
        assert answer.status_code == 413
        assert body.taken <= 65537
        assert counted() == {"received": 1, "too_long": 1}

    @pytest.mark.parametrize("announced", ["", "nonsense", "-5", "0"])
    def test_a_message_of_unknown_length_is_empty(self, db, browser, announced):
        body = Endless()
        answer = browser.generic(
            "POST", ADDRESS, b"", content_type="text/plain", **{"wsgi.input": body, "CONTENT_LENGTH": announced}
        )
        assert answer.status_code == 400
        assert body.taken <= 65537

    def test_the_limit_is_exact(self, db, browser):
        empty = len(json.dumps({"events": [], "pad": ""}).encode())
        for size, status in ((65536, 204), (65537, 413)):
            body = json.dumps({"events": [], "pad": "x" * (size - empty)}).encode()
            assert len(body) == size
            assert post(browser, body).status_code == status

    def test_a_sender_that_hangs_up_half_way_is_told_so(self, db, browser):
        class Gone(BytesIO):
            def read(self, size=-1):
                raise OSError("connection reset")

        answer = browser.generic(
            "POST", ADDRESS, b"", content_type="text/plain", **{"wsgi.input": Gone(), "CONTENT_LENGTH": "20"}
        )
        assert answer.status_code == 400
        assert counted() == {"received": 1, "unreadable": 1}


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"kind": "purchased"}, "unknown_kind"),
        ({"kind": "danced"}, "unknown_kind"),
        ({"kind": ""}, "unknown_kind"),
        ({"id": "5b0e8f9e-6d0c-4c8e-9d54-0d6f1f1c2a11"}, "bad_id"),
        ({"id": ""}, "bad_id"),
        ({"kind": "product_viewed", "product": 987654321}, "unknown_product"),
        ({"kind": "product_viewed"}, "unknown_product"),
        ({"kind": "block_clicked", "product": 1 << 62, "data": {"shown": "5b0e8f9e-6d0c-4c8e-9d54-0d6f1f1c2a11"}},
         "unknown_product"),
        ({"kind": "block_shown", "data": {"products": [987654321]}}, "unknown_product"),
        ({"kind": "block_shown", "data": {"products": []}}, "unknown_product"),
        ({"product": 0}, "bad_data"),
        ({"product": 1 << 70}, "bad_data"),
        ({"product": "twelve"}, "bad_data"),
        ({"at": "yesterday"}, "bad_data"),
        ({"kind": 7}, "bad_data"),
        ({"kind": "block_shown", "data": {"products": "all"}}, "bad_data"),
        ({"kind": "block_seen", "data": {"shown": "me"}}, "bad_data"),
        ({"kind": "block_seen", "data": {}}, "bad_data"),
        ({"kind": "page_left", "data": {"path": "/", "seconds": -1}}, "bad_data"),
        ({"kind": "page_left", "data": {"path": "/", "scrolled": 101}}, "bad_data"),
        ({"kind": "page_left", "data": {"path": "https://evil.example"}}, "bad_data"),
        ({"data": []}, "bad_data"),
        ({"data": {"name": "two words"}}, "bad_data"),
        ({"data": {"name": "x" * 65}}, "bad_data"),
        ({"data": {"name": "x\n"}}, "bad_data"),
        ({"data": {"name": "x", "data": {"text": "a\0b"}}}, "bad_data"),
        ({"data": {"name": "x", "data": {"a\0b": 1}}}, "bad_data"),
        ({"data": {"name": "x", "data": {"a": {"b": {"c": {"d": 1}}}}}}, "bad_data"),
        ({"data": {"name": "x", "data": {"a": "x" * 2048}}}, "bad_data"),
    ],
)  # fmt: skip
def test_a_bad_event_is_refused_and_the_good_ones_beside_it_are_kept(db, browser, bad, why):
    assert send(browser, event(), event() | bad, event()).status_code == 204
    assert Event.objects.filter(kind="custom").count() == 2
    assert counted() == {"received": 3, "stored": 2, why: 1}


@pytest.mark.parametrize("raw", [
    b"7", b'"x"', b"null", b"[]", b'{"id": 1}', b'{"at": 1e400}', b'{"kind": "\xff"}',
    b'{"product": 123456789012345678901234567890}',
])  # fmt: skip
def test_an_event_that_is_none_does_not_spoil_the_others(db, browser, raw):
    good = json.dumps(event()).encode()
    assert post(browser, b'{"events": [' + good + b"," + raw + b"]}").status_code == 204
    sums = counted()
    assert (sums["received"], sums["stored"]) == (2, 1)


def test_of_a_block_only_the_first_48_products_that_the_shop_has_are_kept(shop, browser):
    ids = [shop["oat milk"].pk, 987654321, *[shop["honey"].pk] * 60]
    send(browser, event("block_shown", data={"products": ids}))
    shown = Event.objects.get(kind="block_shown").payload["products"]
    assert [one["id"] for one in shown] == [shop["oat milk"].pk] + [shop["honey"].pk] * 46


def test_beyond_a_hundred_the_rest_is_refused(db, browser):
    assert send(browser, *[event() for _ in range(103)]).status_code == 204
    assert counted() == {"received": 103, "stored": 100, "over_cap": 3}


class TestPace:
    def test_one_browser_is_slowed_down_and_told_when_to_come_again(self, db, browser, settings):
        settings.PERSONALIZATION_EVENT_RATE = 60
        send(browser, event())
        assert send(browser, *[event() for _ in range(50)]).status_code == 204
        answer = send(browser, *[event() for _ in range(50)])
        assert answer.status_code == 429
        assert 30 <= int(answer["Retry-After"]) <= 41
        assert counted() == {"received": 101, "stored": 51, "too_fast": 50}
        assert send(Client(headers={"User-Agent": CHROME}), event()).status_code == 204

    def test_after_the_wait_it_is_heard_again(self, settings):
        settings.PERSONALIZATION_EVENT_RATE = 60
        seconds = [100.0]
        one, anna = Pace(clock=lambda: seconds[0]), uuid.uuid4()
        waits = []
        for pause, weight in ((0, 60), (0, 10), (9, 10), (1, 10), (30, 30), (0, 1)):
            seconds[0] += pause
            waits.append(one.wait(anna, weight))
        assert waits == [0, 10, 1, 0, 0, 1]

    def test_it_never_asks_for_more_than_a_full_bucket(self, settings):
        settings.PERSONALIZATION_EVENT_RATE = 5
        assert Pace().wait(uuid.uuid4(), 50) == 0

    def test_it_remembers_no_more_browsers_than_it_has_room_for(self, monkeypatch):
        monkeypatch.setattr(pacing, "MOST_BUCKETS", 3)
        one = Pace()
        for _ in range(10):
            one.wait(uuid.uuid4(), 1)
        assert len(one._levels) == 3


def test_an_event_that_we_fail_to_judge_does_not_spoil_the_others(db, browser, monkeypatch, caplog):
    def fail(self):
        if self.name == "strange":
            raise ZeroDivisionError
        return {"name": self.name}

    monkeypatch.setattr(Own, "kept", fail)
    assert send(browser, event(), event(data={"name": "strange"})).status_code == 204
    assert counted() == {"received": 2, "stored": 1, "bad_data": 1}
    assert len(caplog.records) == 1


class TestTheDatabaseFails:
    def test_the_browser_is_asked_to_come_again_and_gets_no_cookie(self, open_shop, browser, caplog):
        def fail(execute, sql, params, many, context):
            if "personalization_take" in sql:
                raise OperationalError("the server closed the connection")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            answer = send(browser, event())
        assert (answer.status_code, answer["Retry-After"], len(answer.cookies)) == (503, "10", 0)
        assert len([one for one in caplog.records if one.name == "personalization"]) == 1
        assert nothing_was_stored()
        assert send(browser, event()).status_code == 204

    @pytest.mark.parametrize("fault", [OperationalError, InterfaceError, MemoryError, AssertionError, TimeoutError])
    def test_whatever_fails_there_is_no_fault_of_the_sender(self, open_shop, browser, fault):
        def fail(execute, sql, params, many, context):
            raise fault("the driver is at its end")

        with connection.execute_wrapper(fail):
            assert send(browser, event()).status_code == 503
        assert counted() == {}

    def test_a_refusal_is_answered_as_planned_even_if_it_can_t_be_counted(self, open_shop, browser, caplog):
        def fail(execute, sql, params, many, context):
            raise OperationalError("the server closed the connection")

        with connection.execute_wrapper(fail):
            assert send(browser, event(), Sec_GPC="1").status_code == 403
        assert len([one for one in caplog.records if one.name == "personalization"]) == 1


def test_the_same_messages_eight_times_at_once_are_counted_exactly(open_shop, settings):
    settings.PERSONALIZATION_EVENT_RATE = 10_000
    turns = [[event() for _ in range(40)] + [event("purchased")] for _ in range(8)]
    statuses: list[int] = []
    start = threading.Barrier(8)

    def one_of_eight(number: int) -> None:
        client = Client(headers={"User-Agent": CHROME})
        send(client, event("purchased"))
        for same in turns:
            start.wait()
            # Half of them the other way round: nobody may lock another out.
            statuses.append(send(client, *(same if number % 2 else reversed(same))).status_code)
        connections.close_all()

    threads = [threading.Thread(target=one_of_eight, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * 64
    assert Event.objects.filter(kind="custom").count() == 320
    assert counted() == {"received": 64 * 41 + 8, "stored": 320, "doubled": 7 * 320, "unknown_kind": 64 + 8}


def test_two_batches_with_the_same_events_do_not_lock_each_other_out(transactional_db):
    earlier, later = (Reported(str(event_id(NOW + timedelta(seconds=one))), "custom", NOW) for one in range(2))
    failures: list[Exception] = []

    def other_way_round() -> None:
        try:
            take([later, earlier], received=2, now=NOW)
        except OperationalError as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other_way_round)
    with transaction.atomic():
        take([earlier], received=1, now=NOW)
        thread.start()
        _until_somebody_waits()
        take([later], received=1, now=NOW)
    thread.join()
    assert not failures
    assert counted() == {"received": 4, "stored": 2, "doubled": 2}


def _until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            # Within a transaction this view is a snapshot unless it is thrown away.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_every_reason_has_words_and_fits_its_column(db):
    assert len({one.name for one in REFUSALS}) == len(REFUSALS)
    for one in REFUSALS:
        assert str(one.label).strip()
        assert str(one.meaning).endswith(".")
        count({one.name: 1}, received=1, now=NOW)
    assert counted() == {"received": len(REFUSALS), **{one.name: 1 for one in REFUSALS}}
