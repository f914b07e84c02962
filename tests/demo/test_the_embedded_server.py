"""A shop's new database makes the embedded server ready for long histories."""

import psycopg
import psycopg.sql
import pytest
from django.conf import settings

from shop_demo.postgres import server

NAME = "pz_new_shop"


@pytest.fixture
def a_new_shop():
    if settings.DATABASES["default"]["ENGINE"] != "shop_demo.postgres":
        pytest.skip("a server of its own was named")
    host = str(server.socket_folder())
    yield host
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {}").format(psycopg.sql.Identifier(NAME)))


def test_its_server_takes_in_much(a_new_shop):
    server._made_once(NAME, a_new_shop)

    with psycopg.connect(host=a_new_shop, user="postgres", dbname=NAME) as there:
        told = dict(there.execute("SELECT name, setting FROM pg_file_settings WHERE error IS NULL").fetchall())
        # What needs a new start is in the file, and in force then.
        waiting = there.execute("SELECT setting FROM pg_file_settings WHERE name = 'shared_buffers'").fetchall()
        in_force = there.execute("SELECT setting::int FROM pg_settings WHERE name = 'max_wal_size'").fetchone()
    assert told["max_wal_size"] == server.SERVER_SETTINGS["max_wal_size"]
    assert (server.SERVER_SETTINGS["shared_buffers"],) in waiting
    assert in_force == (2048,)
