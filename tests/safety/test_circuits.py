"""What fails five times in a row is left alone for five seconds, then tried once."""

import threading

import pytest

from personalization.guard import READING, WRITING, guarded, in_a_request
from personalization.guard.circuit import FAILURES, REST
from tests.safety.database import our_log, run, statements

BROKEN = "SELECT a_column_that_is_not_there"


class Clock:
    """A clock that goes on when it is told to."""

    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    READING.clock = WRITING.clock = Clock()
    return READING.clock


def page(*sqls, writes=False):
    """A page with a guard round each statement."""
    with in_a_request():
        return [guarded(lambda sql=sql: run(sql), doing="asking", fallback="-", writes=writes) for sql in sqls]


def broken_pages(number=FAILURES):
    for _ in range(number):
        page(BROKEN)


@pytest.mark.django_db(transaction=True)
class TestACircuit:
    @pytest.fixture(autouse=True)
    def _clock(self, clock, caplog):
        self.clock, self.caplog = clock, caplog

    def test_opens_after_five_failures_in_a_row_and_asks_nothing(self):
        broken_pages()
        with statements() as sent:
            assert page("SELECT 1", "SELECT 2") == ["-", "-"]
        assert sent == []
        assert [one.message.split(" while")[0] for one in our_log(self.caplog)] == [
            *["personalization failed"] * 4, "personalization stops reading for 5 seconds after 5 failures in a row",
            "personalization failed",
        ]  # fmt: skip

    def test_stays_closed_when_pages_work_in_between(self):
        for _ in range(3):
            broken_pages(4)
            assert page("SELECT 1") == [1]
        assert not READING.is_open

    def test_opens_in_the_middle_of_a_page(self):
        with statements() as sent:
            assert page(*[BROKEN] * 20) == ["-"] * 20
        assert len(sent) == 5

    def test_opens_though_half_of_each_page_works(self):
        for _ in range(5):
            page("SELECT 1", BROKEN, "SELECT 1")
        assert READING.is_open

    def test_lets_one_page_through_after_its_rest_and_closes(self):
        broken_pages()
        self.clock.now += REST - 0.1
        assert page("SELECT 1") == ["-"]
        self.clock.now += 0.1
        assert page("SELECT 1", "SELECT 2") == [1, 2]
        assert page("SELECT 3") == [3]
        assert our_log(self.caplog)[-1].message == "personalization is reading again"

    def test_rests_again_when_that_page_fails_and_does_not_say_so_again(self):
        broken_pages()
        told = len(our_log(self.caplog))
        for _ in range(3):
            self.clock.now += REST
            with statements() as sent:
                assert page(BROKEN, "SELECT 1") == ["-", "-"]
            assert len(sent) == 1
            assert page("SELECT 1") == ["-"]
        assert len(our_log(self.caplog)) == told

    def test_of_reading_says_nothing_of_writing(self):
        broken_pages()
        assert page("SELECT 1", writes=True) == [1]
        assert READING.is_open
        assert not WRITING.is_open

    def test_holds_in_requests_only(self):
        broken_pages()
        assert guarded(lambda: run("SELECT 1"), doing="working", fallback=0) == 1
        for _ in range(9):
            guarded(lambda: run(BROKEN), doing="working", fallback=0)
        self.clock.now += REST
        assert page("SELECT 1") == [1]

    def test_counts_no_bug_of_ours(self):
        def bug():
            raise RuntimeError

        with in_a_request():
            for _ in range(9):
                guarded(bug, doing="failing", fallback=None)
        assert not READING.is_open


def test_of_forty_pages_at_once_one_tries(clock):
    for _ in range(FAILURES):
        with in_a_request():
            READING.note_failure()
    clock.now += REST
    start, through = threading.Barrier(40), []

    def ask():
        with in_a_request():
            start.wait()
            try:
                READING.admit()
                through.append(1)
            except RuntimeError:
                pass
            start.wait()

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(through) == 1
    assert not READING.is_open


def test_a_request_that_tried_and_never_came_back_is_followed_by_another(clock):
    for _ in range(FAILURES):
        with in_a_request():
            READING.note_failure()
    clock.now += REST
    lost = in_a_request()
    lost.__enter__()
    READING.admit()
    clock.now += REST
    with in_a_request():
        READING.admit()
    assert not READING.is_open
    lost.__exit__(None, None, None)
