"""An import that is killed, again and again, ends as one that was left in peace."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from personalization.events.imports import read_file, staging
from personalization.events.models import Event, ImportedFile
from tests.events.imports.files import TILL, all_ids, counts, read, rejected, write_csv
from tests.worker.processes import environment

HEADER = "date;sku;qty;total;receipt;email"
ROWS, BAD_EACH = 6000, 7
SMALL_CHUNKS = """
import sys
from django.core.management import execute_from_command_line
import django
django.setup()
from personalization.events.imports import chunks
chunks.ROWS = 200
execute_from_command_line(["manage.py", "import_history", *sys.argv[1:]])
"""


@pytest.fixture
def _today():
    """The other process does not know of our frozen noon."""
    with time_machine.travel(time.time(), tick=True):
        yield


def row(number: int, day: str) -> str:
    product = "moon dust" if number % BAD_EACH == 0 else "honey"
    # Every row has three equals, far from one another.
    return f"{day} 10:00:00;{product};1;4,99;R-{number % (ROWS // 4)};"


@pytest.mark.usefixtures("_today")
@pytest.mark.timeout(200)
def test_killed_by_sigkill_at_any_moment_it_goes_on(tmp_path, open_shop):
    day = (timezone.now() - timedelta(days=9)).strftime("%Y-%m-%d")
    file = write_csv(tmp_path / "till.csv", HEADER, *(row(number, day) for number in range(ROWS)))
    command = [sys.executable, "-W", "ignore", "-c", SMALL_CHUNKS, str(file), *TILL, "--source", "till"]
    env, positions = environment("memory://", tmp_path), []
    for patience in (1, 1, 600, 2000):
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        wait_for_position(process, beyond=(positions[-1] if positions else 0) + patience)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        positions.append(ImportedFile.objects.get().position)
        assert ImportedFile.objects.get().status == "running"
    assert 0 < positions[0] < positions[1] < positions[2] < positions[3] < ROWS

    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert f"Went on after line {positions[-1]}." in ended.stdout
    bad = len(range(0, ROWS, BAD_EACH))
    assert counts(ImportedFile.objects.get()) == (ROWS, ROWS - bad, 0, bad)
    assert [int(line) for line, *_ in rejected(file)[1:]] == [2 + number for number in range(0, ROWS, BAD_EACH)]

    killed = all_ids()
    Event.objects.all().delete()
    in_peace = read(file, *TILL, "--source", "till", "--restart")
    assert in_peace.rows_stored == ROWS - bad
    assert all_ids() == killed


def wait_for_position(process: "subprocess.Popen[bytes]", *, beyond: int) -> None:
    deadline = time.monotonic() + 60
    while not ImportedFile.objects.filter(position__gte=beyond).exists():
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline
        os.sched_yield()


def test_what_a_chunk_wrote_and_did_not_commit_is_not_rejected_twice(tmp_path, shop, monkeypatch):
    monkeypatch.setattr("personalization.events.imports.chunks.ROWS", 10)
    file = write_csv(tmp_path / "till.csv", HEADER, *(row(number, "2026-03-02") for number in range(40)))
    real, written = read_file.Rejects.add, []

    def fail_after_the_second(self, rejects):
        size = real(self, rejects)
        written.append(size)
        if len(written) == 2:
            raise MemoryError("no memory left")
        return size

    monkeypatch.setattr(read_file.Rejects, "add", fail_after_the_second)
    with pytest.raises(MemoryError):
        read(file, *TILL)
    failed = ImportedFile.objects.get()
    assert (failed.status, failed.error, failed.position, failed.rows_read) == ("failed", "no memory left", 11, 10)
    assert len(rejected(file)) > 1 + failed.rows_rejected
    done = read(file, *TILL)
    assert (done.status, done.error, counts(done)) == ("done", "", (40, 34, 0, 6))
    assert [int(line) for line, *_ in rejected(file)[1:]] == [2, 9, 16, 23, 30, 37]


def test_two_readings_at_once_do_not_count_twice(tmp_path, shop, monkeypatch):
    monkeypatch.setattr("personalization.events.imports.chunks.ROWS", 10)
    file = write_csv(tmp_path / "till.csv", HEADER, *(row(number, "2026-03-02") for number in range(40)))
    real = read_file.store

    def another_was_quicker(chunk, resolved):
        ImportedFile.objects.update(position=chunk.last_line, rows_read=99)
        return real(chunk, resolved)

    monkeypatch.setattr(read_file, "store", another_was_quicker)
    with pytest.raises(CommandError, match="Another import reads this very file"):
        call_command("import_history", str(file), *TILL)


def test_a_known_row_that_no_sample_shows_is_known_all_the_same(tmp_path, shop):
    """The log itself finds it; the other rows of its chunk are stored."""
    rows = [row(number, "2026-03-02") for number in range(1, 400) if number % BAD_EACH]
    read(write_csv(tmp_path / "till.csv", HEADER, *rows), *TILL, "--source", "till")
    before = all_ids()
    hidden = [key for key in before if key not in before[:: len(before) // staging.SAMPLE + 1]]
    assert 0 < len(hidden) < len(before)
    for kept in (hidden[0], hidden[-1]):
        Event.objects.exclude(pk=kept).delete()
        done = read(tmp_path / "till.csv", *TILL, "--source", "till", "--restart")
        assert counts(done) == (len(rows), len(rows) - 1, 1, 0)
        assert all_ids() == before
