"""A real shop on a database of its own, served by a real server, for whole stories in a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests import browser
from tests.journeys.shop import Shop

LOAD = """
import django
django.setup()
from django.contrib.auth import get_user_model
from shop_demo.data import load_shop
load_shop(sample=True)
get_user_model().objects.create_superuser("owner", "owner@example.com", "owner-secret")
"""


@pytest.fixture(scope="session")
def shop(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Shop]:
    """The sample shop, trained and served; its database is a copy of the migrated test database."""
    folder = tmp_path_factory.mktemp("journeys")
    with django_db_blocker.unblock():
        parameters = connection.get_connection_params()
        template = connection.settings_dict["NAME"]
        connection.close()
    name = f"{template}_journeys"
    server = {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}
    _copy_database(server, template, name)
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "SHOP_DATABASE": name, "PYTHONWARNINGS": "ignore"}
    env["PYTHONPATH"] = str(settings.BASE_DIR)
    _run(["-c", LOAD], env)
    _run(["manage.py", "personalization_bootstrap"], env)
    _run(["manage.py", "personalization_train"], env)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "shop_demo.wsgi:application"]
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=settings.BASE_DIR)
        try:
            _wait_for(port, folder / "server.log")
            with psycopg.connect(**server, dbname=name, autocommit=True) as database:
                yield Shop(f"http://127.0.0.1:{port}", database, env)
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def visit(chromium, shop):
    """Opens the shop as somebody who was never here; one call for each person."""
    contexts = []

    def open_shop(*, width: int = 1280, **options):
        context = chromium.new_context(
            base_url=shop.address, user_agent=browser.USER_AGENT, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_shop
    for context in contexts:
        context.close()


def _copy_database(server: dict, template: str, name: str) -> None:
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # A database is copied while nobody is in it; what an earlier test left open there is nobody's any more.
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [template])
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _run(command: list[str], env: dict) -> None:
    done = subprocess.run(
        [sys.executable, *command],
        env=env,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-3000:]}"


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                answer.read()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-3000:])
