"""Promise 3: when the database was killed and is back, worker and scheduler go on by themselves."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from tests.safety.outage import WHOLE, Server
from tests.worker.processes import environment, running, wait_until
from tests.worker.test_the_schedule_holds import BEAT, WORKER, every_second  # noqa: F401 - a fixture
from tests.worker.ticking import DONE

pytestmark = [
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True, serialized_rollback=False),
    pytest.mark.timeout(400),
]
SENT = "Sending due task tick"


@pytest.fixture
def server(every_second: None) -> Iterator[Server]:  # noqa: F811
    """A server with a schedule of one job a second."""
    one = Server()
    try:
        one.fill()
        yield one
    finally:
        one.remove()


def done(server: Server, *, since: datetime | None = None) -> list[str]:
    """The turns that were done since then; raises OperationalError while nobody is there."""
    asked = "SELECT payload->>'period' FROM personalization_event WHERE kind = %s AND happened_at > %s"
    with psycopg.connect(host=server.socket_folder, user="postgres", dbname=WHOLE) as there:
        found = there.execute(asked, [DONE, since or datetime.min]).fetchall()
    return [period for (period,) in found]


# The promised ten seconds belong to a machine that is not busy with other tests.
@pytest.mark.parametrize(("down", "resumes"), [(3, 20), pytest.param(60, 10, marks=pytest.mark.long)])
def test_worker_and_scheduler_go_on_without_a_restart(
    server: Server, down: float, resumes: float, tmp_path: Path
) -> None:
    log, beats = tmp_path / "log", tmp_path / "beat"
    env = environment("filesystem://", tmp_path) | {
        "DJANGO_SETTINGS_MODULE": "tests.worker.another_server",
        "SHOP_SOCKET": server.socket_folder,
        "SHOP_DATABASE": WHOLE,
    }
    with ExitStack() as stack:
        processes = [
            stack.enter_context(running(*command, env=env, log=told))
            for command, told in ((WORKER, log), (BEAT, beats))
        ]
        wait_until(lambda: len(done(server)) > 1, what="the first turns", log=log)
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            done(server)
        time.sleep(down)
        server.restart()
        risen, began, before = timezone.now(), time.monotonic(), beats.read_text().count(SENT)
        wait_until(lambda: done(server, since=risen) != [], what="work", log=log, patience=resumes)
        wait_until(lambda: beats.read_text().count(SENT) > before, what="a turn", log=beats, patience=resumes)
        took = time.monotonic() - began
        # Not only what waited in the broker: turn after turn again.
        wait_until(lambda: len(done(server, since=risen)) > 2, what="one turn after another", log=beats)
        assert [one.poll() for one in processes] == [None, None], "nobody was started again"
    print(f"went on after {took:.1f} s")  # noqa: T201
    assert took <= resumes
    assert max(Counter(done(server)).values()) == 1
