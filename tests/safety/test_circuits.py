"""What fails five times in a row, or makes two pages wait, is left alone for seconds, then tried once."""

import threading

import pytest

from personalization.conf import Conf
from personalization.guard import READING, WRITING, Refused, guarded, in_a_request
from personalization.guard.circuit import FAILURES, LONGEST_REST, PART, PATIENT, REST, WAITS
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


def seconds_of(circuit):
    """How long a statement of a new page may take; None if it is refused."""
    with in_a_request():
        try:
            return circuit.admit()
        except Refused:
            return None


def waited(circuit=READING, *, times=1):
    """Pages that waited in vain."""
    for _ in range(times):
        with in_a_request():
            circuit.admit()
            circuit.note_failure(TimeoutError())


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
            *["personalization failed"] * 4, "personalization stops reading for 2 seconds after 5 failures in a row",
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


class TestAWaitInVain:
    """It costs a page what an error does not: it counts for more, and is risked less often."""

    @pytest.fixture(autouse=True)
    def _clock(self, clock, as_in_a_shop):
        self.clock = clock
        self.whole = Conf.READ_TIMEOUT.default.total_seconds()

    def test_opens_the_circuit_when_it_comes_twice(self):
        waited()
        assert not READING.is_open
        waited()
        assert READING.is_open
        assert seconds_of(READING) is None

    def test_does_not_when_a_page_works_in_between(self):
        for _ in range(5):
            waited()
            assert seconds_of(READING) == self.whole
        assert not READING.is_open

    @pytest.mark.django_db(transaction=True)
    def test_is_told_by_what_the_database_says(self):
        for _ in range(WAITS):
            page("SELECT pg_sleep(5)")
        assert READING.is_open

    def test_is_risked_for_a_part_of_the_time_only_but_now_and_then_for_all_of_it(self):
        waited(times=WAITS)
        seconds = []
        for _ in range(2 * PATIENT):
            self.clock.now += LONGEST_REST
            with in_a_request():
                seconds.append(READING.admit())
                assert READING.admit() == seconds[-1], "each statement of the page that tries"
                READING.note_failure(TimeoutError())
        short = [self.whole * PART] * (PATIENT - 1)
        assert seconds == [*short, self.whole, *short, self.whole]

    def test_makes_the_rests_longer_up_to_a_cap(self):
        rests = []
        waited(times=WAITS)
        for _ in range(4):
            began = self.clock.now
            with in_a_request():
                while not READING.is_worth_a_try:
                    self.clock.now += 0.5
                READING.admit()
                READING.note_failure(TimeoutError())
            rests.append(self.clock.now - began)
        assert rests == [2 * REST, LONGEST_REST, LONGEST_REST, LONGEST_REST]
        assert LONGEST_REST < 10, "ten seconds after the fault all is well again"

    def test_that_ends_as_an_error_is_soon_tried_again(self):
        waited(times=WAITS)
        self.clock.now += LONGEST_REST
        with in_a_request():
            READING.admit()
            READING.note_failure(RuntimeError())
        self.clock.now += REST
        assert seconds_of(READING) is not None

    def test_befalls_a_page_once_however_much_is_out_of_order(self):
        for circuit in (READING, WRITING):
            waited(circuit, times=WAITS)
        self.clock.now += LONGEST_REST
        with in_a_request():
            READING.admit()
            READING.note_failure(TimeoutError())
            assert not WRITING.is_worth_a_try
            with pytest.raises(Refused):
                WRITING.admit()
        assert seconds_of(WRITING) is not None
