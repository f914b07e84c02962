"""Real Celery processes on the test database, over the broker that a test names."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

PATIENCE = 120.0


def environment(broker: str, folder: Path) -> dict[str, str]:
    """What the processes need to find the test's database and broker."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
        "SHOP_DATABASE": connection.settings_dict["NAME"],
        "CELERY_BROKER_URL": broker,
        "MESSAGES_FOLDER": str(folder),
    }


@contextmanager
def running(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery process in a group of its own; ended, children and all, when the block is left."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "-A", "shop_demo", *arguments]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)
        try:
            yield process
        finally:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """SIGKILL to the whole group: nobody gets to tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=20)


def wait_until(happened: Callable[[], bool], *, what: str, log: Path, patience: float = PATIENCE) -> None:
    """Waits for something that other processes do; on time-out fails with the end of their log."""
    deadline = time.monotonic() + patience
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"Not within {patience:.0f} s: {what}\n{log.read_text()[-3000:]}")
        time.sleep(0.05)
