"""Events that the database did not take are in the log as soon as it takes them again: all of them, and each once."""

import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.conf import settings as shop_settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from personalization.events import spool
from personalization.events.identifiers import event_id
from personalization.events.models import AccountConsent, Event, Visitor
from personalization.events.write import NewEvent, SeenVisitor, write
from personalization.guard import WRITING, in_a_request
from personalization.guard.circuit import REST
from tests.events.beacon.conftest import counted
from tests.journeys_of_oscar import look_at, put_into_basket
from tests.safety.database import another_connection, our_log, run
from tests.safety.test_circuits import Clock

pytestmark = [pytest.mark.usefixtures("bare_oscar", "as_in_a_shop")]


def an_event(**more):
    now = timezone.now()
    return NewEvent(event_id(now), "product_viewed", now, **more)


def deliver(*events, visitors=()):
    with in_a_request():
        return spool.deliver(events, visitors=visitors)


@pytest.fixture
def table_gone(transactional_db):
    """The log is renamed until the test calls it back."""
    run("ALTER TABLE personalization_event RENAME TO personalization_event_away")
    is_away = [True]

    def back():
        if is_away.pop():
            run("ALTER TABLE personalization_event_away RENAME TO personalization_event")
        is_away.append(False)

    yield back
    back()


class TestOverWholePages:
    @pytest.fixture(autouse=True)
    def _shop(self, open_shop):
        self.anna, self.boris, self.goods = Client(), Client(), open_shop

    def test_what_two_people_did_is_in_the_log_after_the_fault(self, table_gone):
        for _ in range(2):
            look_at(self.anna, self.goods["honey"])
            look_at(self.boris, self.goods["sponge"])
        put_into_basket(self.boris, self.goods["sponge"])
        assert len(spool._spool) > 5
        table_gone()
        WRITING.reset()
        self.anna.get("/basket/")
        assert len(spool._spool) == 0
        visitor = dict(Event.objects.filter(kind="product_viewed").values_list("product_id", "visitor_id"))
        assert visitor[self.goods["honey"].pk] != visitor[self.goods["sponge"].pk]
        assert set(visitor.values()) <= set(Visitor.objects.values_list("pk", flat=True))
        counts = Event.objects.filter(kind="product_viewed", product_id=self.goods["honey"].pk).count()
        assert counts == 2
        assert Event.objects.get(kind="basket_added").visitor_id == visitor[self.goods["sponge"].pk]
        for event in Event.objects.all():
            assert event.visit_id == Visitor.objects.get(pk=event.visitor_id).visit_id

    def test_the_visitor_keeps_the_cookie_that_the_events_name(self, table_gone):
        look_at(self.anna, self.goods["honey"])
        assert self.anna.cookies["pz_vid"].value
        table_gone()
        look_at(self.anna, self.goods["butter"])
        assert Visitor.objects.count() == 1
        assert Event.objects.filter(kind="product_viewed").values("visitor_id").distinct().count() == 1

    def test_ten_seconds_after_the_fault_the_log_is_whole(self, table_gone):
        WRITING.clock = clock = Clock()
        for _ in range(8):
            look_at(self.anna, self.goods["honey"])
        assert WRITING.is_open
        table_gone()
        clock.now += REST
        look_at(self.anna, self.goods["honey"])
        assert Event.objects.filter(kind="product_viewed").count() == 9

    def test_a_page_with_nothing_to_say_brings_in_all_that_waits(self, table_gone):
        WRITING.clock = clock = Clock()
        self.anna.get("/basket/")
        for _ in range(8):
            look_at(self.boris, self.goods["honey"])
        assert WRITING.is_open
        table_gone()
        clock.now += REST
        self.anna.get("/basket/")
        assert len(spool._spool) == 0
        assert Event.objects.filter(kind="product_viewed").count() == 8

    def test_while_nothing_can_be_written_it_is_not_even_tried(self, table_gone):
        for _ in range(8):
            look_at(self.boris, self.goods["honey"])
        assert WRITING.is_open
        connection.close()
        deliver(an_event())
        assert connection.connection is None
        assert len(spool._spool) == 10

    def test_a_log_that_is_locked_costs_no_page_more_than_its_deadline(self):
        look_at(self.anna, self.goods["honey"])
        with another_connection() as other, other.transaction():
            other.execute("LOCK TABLE personalization_event IN ACCESS EXCLUSIVE MODE")
            started = time.monotonic()
            look_at(self.anna, self.goods["butter"])
            assert time.monotonic() - started < 1.2
        self.anna.get("/basket/")
        assert Event.objects.filter(kind="product_viewed").count() == 2


@pytest.fixture
def dying_connections(transactional_db):
    """Whoever writes to the log loses the connection in the middle of it."""
    die = "BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END"
    run(f"CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS '{die}'")
    run("CREATE TRIGGER die BEFORE INSERT ON personalization_event FOR EACH STATEMENT EXECUTE FUNCTION die()")

    def heal():
        connection.close()
        run("DROP FUNCTION IF EXISTS die CASCADE")

    yield heal
    heal()


def test_a_connection_that_dies_as_we_write_costs_nobody_anything(dying_connections, open_shop):
    anna = Client()
    for _ in range(3):
        assert look_at(anna, open_shop["honey"]).status_code == 200
        # As Django does at the end of each request, but not for its test client.
        connection.close_if_unusable_or_obsolete()
    assert len(spool._spool) >= 3
    dying_connections()
    assert look_at(anna, open_shop["honey"]).status_code == 200
    assert Event.objects.filter(kind="product_viewed").count() == 4


@pytest.mark.django_db(transaction=True)
class TestTheRoom:
    def test_is_bounded_the_newest_win_and_the_rest_is_counted(self, table_gone, settings, caplog):
        settings.PERSONALIZATION_SPOOLED_EVENTS = 10
        events = [an_event(product_id=number) for number in range(25)]
        for event in events:
            deliver(event)
        assert (len(spool._spool), spool._spool.missing) == (10, {"no_room": 15})
        table_gone()
        WRITING.reset()
        deliver()
        assert sorted(Event.objects.values_list("product_id", flat=True)) == list(range(15, 25))
        assert our_log(caplog)[-1].message == "personalization wrote 10 events that had waited; 15 were lost"
        assert counted() == {"received": 15, "no_room": 15}

    def test_none_means_that_nothing_waits(self, table_gone, settings):
        settings.PERSONALIZATION_SPOOLED_EVENTS = 0
        deliver(an_event())
        assert len(spool._spool) == 0

    def test_is_not_exceeded_by_threads_and_nothing_is_lost_or_doubled(self, table_gone, settings):
        settings.PERSONALIZATION_SPOOLED_EVENTS = 500

        def busy(number):
            try:
                for _ in range(50):
                    deliver(an_event(product_id=number))
            finally:
                connection.close()

        threads = [threading.Thread(target=busy, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(spool._spool) == 400
        table_gone()
        WRITING.reset()
        deliver()
        assert Event.objects.count() == 400


@pytest.mark.django_db(transaction=True)
def test_what_is_too_much_for_one_deadline_comes_in_smaller_lots(table_gone, settings, monkeypatch):
    for _ in range(40):
        deliver(an_event())
    table_gone()
    WRITING.reset()
    sizes = []

    def slow_write(events, **more):
        sizes.append(len(events))
        if len(events) > 10:
            raise TimeoutError
        return write(events, **more)

    monkeypatch.setattr("personalization.events.spool.write", slow_write)
    for _ in range(30):
        deliver()
    assert sizes[:2] == [40, 4]
    assert len(spool._spool) == 0


@pytest.mark.django_db(transaction=True)
def test_after_an_outage_all_of_it_goes_at_once(table_gone, monkeypatch):
    sizes = []

    def counted(events, **more):
        sizes.append(len(events))
        return write(events, **more)

    monkeypatch.setattr("personalization.events.spool.write", counted)
    for _ in range(200):
        deliver(an_event())
        deliver()
    table_gone()
    WRITING.reset()
    sizes.clear()
    deliver(an_event())
    assert sizes == [1, 200]


@pytest.mark.django_db(transaction=True)
class TestWhatTheDatabaseWillNeverTake:
    def test_does_not_wait(self):
        assert deliver(an_event(payload={"words": "a\0b"}))
        assert len(spool._spool) == 0
        deliver(an_event())
        assert counted() == {"received": 1, "unwritable": 1}

    def test_does_not_keep_the_others_waiting_for_ever(self, table_gone):
        for number in range(30):
            deliver(an_event(payload={"words": "a\0b"} if number == 17 else {}))
        table_gone()
        for _ in range(20):
            WRITING.reset()
            deliver()
        assert len(spool._spool) == 0
        assert Event.objects.count() == 29
        assert counted() == {"received": 1, "unwritable": 1}

    def test_costs_a_later_request_none_of_its_own_events(self, table_gone):
        deliver(an_event(payload={"words": "a\0b"}))
        table_gone()
        assert deliver(an_event(product_id=7))
        assert Event.objects.get().product_id == 7


@pytest.mark.django_db(transaction=True)
class TestWhatIsNotInTheLog:
    """Nothing disappears silently: it is counted with the next write, by its reason."""

    def test_because_the_account_has_said_no_elsewhere(self):
        AccountConsent.objects.create(user_id=7, purposes=[], changed_at=timezone.now())
        assert not deliver(an_event(user_id=7), an_event(user_id=7))
        assert counted() == {"received": 2, "not_taken": 2}

    def test_because_it_is_there_already(self):
        event = an_event()
        deliver(event)
        deliver(event)
        assert counted() == {"received": 1, "not_taken": 1}

    def test_what_is_written_costs_no_count(self, django_assert_num_queries):
        deliver(an_event())
        with django_assert_num_queries(1):
            deliver(an_event())

    def test_what_could_not_be_counted_is_counted_later(self, settings):
        settings.PERSONALIZATION_SPOOLED_EVENTS = 0
        run("ALTER TABLE personalization_tally RENAME TO personalization_tally_away")
        try:
            deliver(an_event(payload={"words": "a\0b"}))
            deliver(an_event())
        finally:
            run("ALTER TABLE personalization_tally_away RENAME TO personalization_tally")
        WRITING.reset()
        deliver(an_event())
        assert counted() == {"received": 1, "unwritable": 1}
        assert Event.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_visitor_seen_in_many_waiting_requests_is_written_once(table_gone):
    anna, now = uuid.uuid4(), timezone.now()
    for minutes in range(3):
        seen_at = now + timedelta(minutes=minutes)
        deliver(an_event(visitor_id=anna), visitors=[SeenVisitor(anna, seen_at, user_id=None, visit_id=uuid.uuid4())])
    table_gone()
    deliver()
    assert Visitor.objects.get().last_seen_at == now + timedelta(minutes=2)
    assert Event.objects.filter(visitor_id=anna).count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_spool_the_log_would_have_a_hole(table_gone, monkeypatch):
    monkeypatch.setattr("personalization.events.spool.Spool.append", lambda *_: None)
    deliver(an_event())
    table_gone()
    deliver(an_event())
    assert Event.objects.count() == 1


GOES_AWAY = """
import django; django.setup()
from django.db import connection
from django.utils import timezone
from personalization.events import spool
from personalization.events.identifiers import event_id
from personalization.events.write import NewEvent
from personalization.guard import in_a_request
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE personalization_event RENAME TO personalization_event_away")
now = timezone.now()
with in_a_request():
    spool.deliver([NewEvent(event_id(now), "product_viewed", now, product_id=7)])
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE personalization_event_away RENAME TO personalization_event")
assert len(spool._spool) == 1
"""


@pytest.mark.django_db(transaction=True)
def test_what_still_waits_when_the_process_ends_is_written_at_last():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shop_demo.settings",
        "SHOP_DATABASE": connection.settings_dict["NAME"],
    }
    done = subprocess.run(
        [sys.executable, "-c", GOES_AWAY], env=environment, cwd=shop_settings.BASE_DIR, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert Event.objects.get().product_id == 7
