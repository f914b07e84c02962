"""A database beside the shop's own, on the same server: filling takes minutes, so it is kept between runs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection

from shop_demo.bench.serving_shop import Size


def of_its_own(size: Size, *, is_dropped: bool) -> AbstractContextManager[bool]:
    """The database of a shop of this size."""
    return database(f"bench_serving_{size.products}_{size.shoppers}", is_dropped=is_dropped)


@contextmanager
def database(name: str, *, is_dropped: bool) -> Iterator[bool]:
    """Inside, the default connection is to the database of this name; tells whether it is new.

    One that could not be filled to the end is dropped, so that nobody measures half a shop.
    """
    before = connection.settings_dict["NAME"]
    is_new = _make(name)
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield is_new
    except BaseException:
        is_dropped = is_dropped or is_new
        raise
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        if is_dropped:
            _drop(name)


def _make(name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return False
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
        return True


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")
