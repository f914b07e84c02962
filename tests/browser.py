"""A Chromium for the browser tests: one found on the machine, or one fetched; else the tests say loudly why not."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FETCH_SECONDS = 420
# The app leaves headless browsers out as bots, so the tests come as an ordinary one.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]


@cache
def chromium() -> str | None:
    """The path of a Chromium, or None where neither Playwright nor apt can bring one."""
    return _on_the_machine() or _fetched()


def _fetched() -> str | None:
    # The tests run in several processes, and apt serves one at a time: the others wait, and find what it brought.
    with (Path(tempfile.gettempdir()) / f"personalization-chromium-{os.getuid()}").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _on_the_machine() or _from_playwright() or _from_apt()


def _on_the_machine() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _from_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    if not path.exists():
        _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return str(path) if path.exists() and _starts(path) else None


def _starts(path: Path) -> bool:
    # A downloaded browser may lack the system's libraries: it is there, but does not start.
    return _run([str(path), "--headless", "--no-sandbox", "--version"])


def _from_apt() -> str | None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    _run(["apt-get", "update", "-qq"])
    _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])
    return _on_the_machine()


def _run(command: list[str]) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, **quiet, env=env, timeout=FETCH_SECONDS, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
