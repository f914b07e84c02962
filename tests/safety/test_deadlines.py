"""A page waits for no statement of ours longer than its deadline, and no statement of the shop is ever cut short."""

import random
import threading
import time
from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection, transaction

from personalization.guard import guarded, in_a_request, unhurried
from personalization.guard.deadline import Deadline
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
    with mock.patch("personalization.guard.frame.Deadline", side_effect=Deadline) as armed, in_a_request():
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


def test_it_holds_while_an_answer_comes_in_pieces(transactional_db, stopwatch):
    with in_a_request():
        assert asked("SELECT repeat('x', 20000), pg_sleep(0.005) FROM generate_series(1, 400)") == NOTHING
    assert stopwatch() < 1


def test_the_driver_waits_in_its_own_way_again(transactional_db):
    with in_a_request():
        slept(0)
        slept(5)
    assert "wait" not in vars(connection.connection)


class Unconfirmed(Deadline):
    """The server does not say whether it has cancelled."""

    def cancel(self):
        super().cancel()
        self.is_in_doubt = True


def test_where_a_cancel_may_still_be_on_its_way_the_connection_is_given_up(transactional_db):
    before = run("SELECT pg_backend_pid()")
    with mock.patch("personalization.guard.frame.Deadline", Unconfirmed), in_a_request():
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

    def test_it_would_be_if_nobody_waited_until_the_cancel_was_sent(self):
        def cancel(deadline):
            deadline.was_cancelled = True
            threading.Thread(target=deadline.raw.cancel_safe).start()

        with (
            mock.patch.object(Deadline, "cancel", cancel),
            pytest.raises(OperationalError, match="canceling statement"),
        ):
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
        assert rounds / 100 < cancelled < rounds * 99 / 100, cancelled

    @staticmethod
    def one(chance):
        answer = slept(chance.uniform(0.0005, 0.004))
        assert run("SELECT 1 FROM pg_sleep(0.0005)") == 1
        return answer == NOTHING
