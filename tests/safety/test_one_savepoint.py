"""A guard marks one place in the shop's transaction, with its first statement, and leaves the transaction whole."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction

from personalization.guard import guarded, in_a_request
from tests import people
from tests.safety.database import our_log, run, savepoints, statements

BROKEN = "SELECT a_column_that_is_not_there"


def ask(number: int = 1) -> int:
    return guarded(lambda: run(f"SELECT {number}"), doing="asking", fallback=0)


def fail() -> str:
    return guarded(lambda: run(BROKEN), doing="failing", fallback="fallback")


def guard(action, **more):
    return guarded(action, doing="testing", fallback=None, **more)


@pytest.fixture
def page(transactional_db):
    """A view of the shop in a transaction of its own."""
    with in_a_request(), transaction.atomic():
        yield


def test_a_guard_that_asks_nothing_costs_nothing(page):
    with statements() as sent:
        assert guard(lambda: guard(lambda: 1)) == 1
    assert sent == []


def test_guards_in_a_guard_share_its_savepoint(page):
    with statements() as sent:
        assert guard(lambda: (ask(1), ask(2), guard(lambda: ask(3)))) == (1, 2, 3)
    assert [one.split()[0] for one in sent] == ["SAVEPOINT", "SELECT", "SELECT", "SELECT", "RELEASE"]


def test_outside_of_a_transaction_there_is_none(transactional_db):
    with statements() as sent:
        assert guard(lambda: (ask(), fail(), ask())) == (1, "fallback", 1)
    assert savepoints(sent) == []


def test_what_fails_inside_leaves_the_rest_of_the_guard_its_answers(page, caplog):
    anna = people.person("Anna")
    with statements() as sent:
        assert guard(lambda: (ask(1), fail(), ask(2), fail(), ask(3))) == (1, "fallback", 2, "fallback", 3)
    assert [one.split()[0] for one in savepoints(sent)] == ["SAVEPOINT", "ROLLBACK", "ROLLBACK", "RELEASE"]
    assert len(our_log(caplog)) == 2
    anna.refresh_from_db()


def test_an_error_that_somebody_swallows_is_mended(page, caplog):
    def swallow():
        try:
            run(BROKEN)
        except DatabaseError:
            return "swallowed"

    assert guard(swallow) == "swallowed"
    assert guard(lambda: (guard(swallow), ask())) == ("swallowed", 1)
    assert run("SELECT 1") == 1
    assert our_log(caplog) == []


def test_what_writes_takes_back_its_own_work_and_no_more(page):
    def write(name, then="SELECT 1"):
        people.person(name)
        run(then)

    def both():
        guard(lambda: write("Anna"), writes=True)
        guard(lambda: write("Boris", then=BROKEN), writes=True)

    people.person("Clara")
    guard(both)
    assert set(get_user_model().objects.values_list("first_name", flat=True)) == {"Anna", "Clara"}


def test_a_block_of_atomic_between_two_guards_keeps_its_own_place(page):
    def between():
        with transaction.atomic():
            people.person("Anna")
            assert fail() == "fallback"
        return ask()

    assert guard(between) == 1
    assert get_user_model().objects.count() == 1


def test_a_failed_block_of_atomic_inside_a_guard_is_mended(page):
    def between():
        with transaction.atomic(savepoint=False):
            run(BROKEN)

    assert guard(between) is None
    assert not connection.needs_rollback
    assert run("SELECT 1") == 1


def test_what_a_failed_guard_put_off_until_the_commit_is_never_done(transactional_db):
    done = []

    def put_off():
        transaction.on_commit(lambda: done.append("ours"))
        run(BROKEN)

    with transaction.atomic():
        transaction.on_commit(lambda: done.append("the shop's"))
        guard(put_off)
    assert done == ["the shop's"]


class TestATransactionThatTheShopBroke:
    """It is not ours to tell, and not ours to mend."""

    def test_that_waits_for_its_rollback(self, page, caplog):
        transaction.set_rollback(True)
        assert ask() == 0
        assert connection.needs_rollback
        assert our_log(caplog) == []

    def test_that_postgresql_has_given_up(self, transactional_db, caplog):
        def page():
            with in_a_request(), transaction.atomic():
                with pytest.raises(DatabaseError):
                    run(BROKEN)
                assert ask() == 0
                run("SELECT 1")

        with pytest.raises(DatabaseError, match="current transaction is aborted"):
            page()
        assert our_log(caplog) == []


def test_a_shop_that_commits_by_hand_is_kept_whole_too(transactional_db):
    transaction.set_autocommit(False)
    try:
        run("INSERT INTO django_site (domain, name) VALUES ('by-hand.example', 'by hand')")
        assert (fail(), ask()) == ("fallback", 1)
        transaction.commit()
        assert run("DELETE FROM django_site WHERE name = 'by hand' RETURNING 'there'") == "there"
        transaction.commit()
    finally:
        transaction.set_autocommit(True)


def test_without_a_savepoint_the_shop_s_work_would_be_lost(page, monkeypatch):
    monkeypatch.setattr("personalization.guard.frame.Frame._cover", lambda frame: None)
    assert fail() == "fallback"
    with pytest.raises(DatabaseError, match="current transaction is aborted"):
        run("SELECT 1")
    transaction.set_rollback(True)
