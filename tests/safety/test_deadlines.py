"""A page waits for no statement of ours longer than its deadline, and no statement of the shop is ever cut short."""

import os
import random
import threading
import time
from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction

from personalization.guard import deadline as deadlines
from personalization.guard import guarded, in_a_request, unhurried
from personalization.guard.deadline import Watch
from tests import people
from tests.safety.database import another_connection, our_log, run

pytestmark = pytest.mark.usefixtures("as_in_a_shop")
NOTHING = "nothing"


def asked(sql: str) -> object:
    return guarded(lambda: run(sql), doing="asking", fallback=NOTHING)


def slept(seconds: float) -> object:
    return asked(f"SELECT 'slept' FROM pg_sleep({seconds})")  # noqa: S608


@pytest.fixture
def stopwatch():
    started = time.monotonic()
    return lambda: time.monotonic() - started


def test_a_statement_that_takes_too_long_is_cancelled(transactional_db, stopwatch, caplog):
    with in_a_request():
        assert slept(5) == NOTHING
    assert 0.08 <= stopwatch() < 1
    (told,) = our_log(caplog)
    assert "canceling statement due to user request" in told.exc_text


def test_so_is_a_wait_for_a_lock(transactional_db, stopwatch):
    with another_connection() as other, other.transaction():
        other.execute("LOCK TABLE personalization_event IN ACCESS EXCLUSIVE MODE")
        with in_a_request():
            assert asked("SELECT count(*) FROM personalization_event") == NOTHING
        assert stopwatch() < 1
    with in_a_request():
        assert asked("SELECT count(*) FROM personalization_event") == 0


def test_a_statement_that_writes_has_a_deadline_of_its_own(transactional_db):
    with in_a_request():
        assert guarded(lambda: run("SELECT 1 FROM pg_sleep(0.12)"), doing="writing", fallback=0, writes=True) == 1
        assert guarded(lambda: run("SELECT 1 FROM pg_sleep(0.4)"), doing="writing", fallback=0, writes=True) == 0


def test_a_job_takes_its_time(transactional_db):
    assert slept(0.2) == "slept"


def test_so_does_a_page_of_the_back_office(transactional_db):
    with in_a_request(), unhurried():
        assert slept(0.2) == "slept"


def test_a_statement_of_the_shop_takes_its_time(transactional_db):
    with in_a_request():
        assert slept(0) == "slept"
        assert run("SELECT 'slept' FROM pg_sleep(0.2)") == "slept"


def test_a_guard_in_a_guard_sets_no_second_alarm(transactional_db):
    with mock.patch("personalization.guard.frame.deadline", side_effect=deadlines.deadline) as armed, in_a_request():
        guarded(lambda: guarded(lambda: slept(0), doing="b", fallback=0), doing="a", fallback=0)
    assert armed.call_count == 1


def test_the_shop_s_transaction_outlives_a_cancel(transactional_db):
    with in_a_request(), transaction.atomic():
        anna = people.person("Anna")
        assert slept(5) == NOTHING
        anna.refresh_from_db()
    assert run("SELECT count(*) FROM auth_user") == 1


def test_the_session_s_settings_stay_as_they_were(transactional_db):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")
    before = [run(f"SHOW {name}") for name in names]
    with in_a_request(), transaction.atomic():
        assert slept(5) == NOTHING
        assert [run(f"SHOW {name}") for name in names] == before
    assert [run(f"SHOW {name}") for name in names] == before


def test_a_forked_process_sets_its_own_alarms():
    class Statement:
        cancelled = threading.Event()

        def cancel_safe(self, *, timeout):
            self.cancelled.set()

    def is_cancelled():
        with deadlines.deadline(Statement(), 0.01):
            return Statement.cancelled.wait(5)

    assert is_cancelled()
    Statement.cancelled.clear()
    # One process stands still between two locks of the parent's watcher: the worst moment.
    with deadlines._watcher._changed:
        child = os.fork()
        if child == 0:
            os._exit(0 if is_cancelled() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class Unconfirmed(Watch):
    """The server does not say whether it has cancelled."""

    def cancel(self):
        super().cancel()
        self.is_in_doubt = True


def test_where_a_cancel_may_still_be_on_its_way_the_connection_is_given_up(transactional_db):
    before = run("SELECT pg_backend_pid()")
    with mock.patch("personalization.guard.deadline.Watch", Unconfirmed), in_a_request():
        assert slept(5) == NOTHING
    assert run("SELECT pg_backend_pid()") != before


class TestNextToTheShop:
    """Thousands of statements that end just as they are cancelled, each followed by one of the shop at once."""

    @pytest.fixture(autouse=True)
    def _close(self, transactional_db, as_in_a_shop, settings, unbroken_circuits, caplog):
        settings.PERSONALIZATION_READ_TIMEOUT = timedelta(milliseconds=2)
        caplog.set_level("CRITICAL", "personalization")

    def test_no_statement_of_the_shop_is_cancelled(self):
        self.watch(rounds=1_000)

    @pytest.mark.long
    def test_no_statement_of_the_shop_is_cancelled_in_four_threads(self):
        faults = []

        def busy(seed):
            try:
                self.watch(rounds=20_000, seed=seed)
            except BaseException as fault:
                faults.append(fault)
            finally:
                connection.close()

        threads = [threading.Thread(target=busy, args=[seed]) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []

    def test_without_the_lock_it_would_be(self):
        def end(watch):
            watch.is_over = True

        with mock.patch.object(Watch, "end", end), pytest.raises(OperationalError, match="canceling statement"):
            self.watch(rounds=20_000)

    def watch(self, *, rounds, seed=1):
        """As often cancelled as not; raises as soon as the shop's own statement is cancelled."""
        chance, cancelled = random.Random(seed), 0
        for number in range(rounds):
            with in_a_request():
                if number % 2:
                    cancelled += self.one(chance)
                else:
                    with transaction.atomic():
                        cancelled += self.one(chance)
        assert rounds / 10 < cancelled < rounds * 9 / 10, cancelled

    @staticmethod
    def one(chance):
        answer = slept(chance.uniform(0.0005, 0.004))
        assert run("SELECT 1 FROM pg_sleep(0.0005)") == 1
        return answer == NOTHING
