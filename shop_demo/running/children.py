"""The processes beside the command: web, worker and beat; each with a log of its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from shop_demo.places import CHECKOUT, subfolder

PATIENCE_SECONDS = 10
TOLD_LINES = 12
COMMANDS = {
    "web": ["waitress", "--threads=6", "--listen={host}:{port}", "shop_demo.wsgi:application"],
    "worker": ["celery", "-A", "shop_demo", "worker", "-c", "1", "-l", "INFO", "--without-gossip", "--without-mingle"],
    "beat": ["celery", "-A", "shop_demo", "beat", "-l", "INFO"],
}

# A worker asked politely would first finish its training, which takes minutes; the next start takes it up again.
ENDING = {"worker": getattr(signal, "SIGQUIT", signal.SIGTERM)}


class ChildEnded(RuntimeError):
    """One of the shop's processes ended by itself; its last words stand in its log."""

    def __init__(self, name: str, code: int) -> None:
        self.name, self.code = name, code
        super().__init__(f"The {name} process ended by itself (exit code {code}). Its last words:\n{last_words(name)}")


@dataclass
class Children:
    """Starts processes, notices when one ends, and stops them all on leaving."""

    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, **words: object) -> None:
        """Starts one of the known processes; `words` fill the gaps of its command."""
        arguments = [part.format(**words) for part in COMMANDS[name]]
        with log_of(name).open("wb") as log:
            # A session of its own: Ctrl-C reaches the command alone, which then stops everything in order.
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "shop_demo.running.child", *arguments],
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raises ChildEnded if one of them is gone."""
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                raise ChildEnded(name, code)

    def stop(self) -> None:
        """Asks all to end, and ends those that do not."""
        for name, process in self.running.items():
            process.send_signal(ENDING.get(name, signal.SIGTERM))
        until = time.monotonic() + PATIENCE_SECONDS
        for process in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
            _sweep(process)
        self.running.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _sweep(process: "subprocess.Popen[bytes]") -> None:
    """Ends what is left of a process and of those it has started itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()
    if process.stdin:
        process.stdin.close()


def log_of(name: str) -> Path:
    """Where a process writes."""
    return subfolder("logs") / f"{name}.log"


def last_words(name: str) -> str:
    """The end of a process's log."""
    try:
        lines = log_of(name).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return "\n".join(lines[-TOLD_LINES:])
