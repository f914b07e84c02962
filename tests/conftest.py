"""What every test stands on: a quick embedded PostgreSQL, a tiny shop, and no message ever sent by a web request."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from celery import Celery
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory, TransactionTestCase

from personalization.events.record import in_hand
from personalization.guard import READING, WRITING
from tests import bare, browser, people

# Playwright keeps an event loop in its thread, and Django then refuses the test database to plain code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# What `migrate` itself fills, and Django does not fill again unless told.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission", "django_site"}


# Whoever comes to the tests' shop comes with a browser: without a name it would be a bot.
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
_nameless = RequestFactory._base_environ
RequestFactory._base_environ = lambda self, **request: {  # type: ignore[method-assign]
    "HTTP_USER_AGENT": FIREFOX, **_nameless(self, **request),
}  # fmt: skip

NO_BROWSER = "no Chromium on this machine, and neither Playwright nor apt could bring one"
# Each has a database and a Chromium of its own, and all of them one server with a hundred connections.
MOST_PROCESSES = 4


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Whole folders are shared out among the cores; what is named more closely stays here, where a debugger is."""
    option, cores = config.option, os.cpu_count() or 1
    is_named = option.keyword or not all(Path(named).is_dir() for named in config.args)
    is_watched = option.capture == "no" or option.collectonly or "not long" not in option.markexpr
    return 0 if cores == 1 or is_named or is_watched else min(cores, MOST_PROCESSES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests without a browser are skipped, and counted."""
    wanting = [item for item in items if item.get_closest_marker("browser")]
    if wanting and browser.chromium() is None:
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line for what could not be tried."""
    # From the reports: the tests themselves may have run in other processes.
    if without := [one for one in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(one.longrepr)]:
        told = f"!!! {len(without)} BROWSER TESTS WERE NOT RUN: {NO_BROWSER}."
        terminalreporter.write_line(told, red=True, bold=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests that look at pages."""
    from playwright.sync_api import sync_playwright

    # With an event loop in its thread, Django opens a second connection beside this one; and a process that a test
    # forks, which has no loop, would take up this one again and leave its last transaction open in it.
    connection.close()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.chromium(), args=browser.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Lets the embedded server forget in a crash: a test database need not outlive one, and is twice as quick."""
    if settings.DATABASES["default"]["ENGINE"] != "shop_demo.postgres":
        return
    from shop_demo.postgres import server

    with psycopg.connect(
        host=str(server.socket_folder()), user="postgres", dbname="postgres", autocommit=True
    ) as admin:
        for switch in ("fsync", "synchronous_commit", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {switch} = off")
        admin.execute("SELECT pg_reload_conf()")


def _empty_all_tables(self: TransactionTestCase) -> None:
    # Django's own way flushes every table of Oscar and then makes permissions and content types again: a second or two
    # after each test that needs real commits. This empties only what the test has filled.
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT_TABLES]
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables)  # noqa: S608
        cursor.execute(asked)
        if not (filled := [f'"{name}"' for (name,) in cursor.fetchall()]):
            return
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
            return
        # A few rows are gone in a moment; truncating gives every table and index of them a new file.
        deletions = "; ".join(f"DELETE FROM {name}" for name in filled)  # noqa: S608 - names from the catalogue
        cursor.execute(f"SET session_replication_role = replica; {deletions}; SET session_replication_role = DEFAULT")


TransactionTestCase._fixture_teardown = _empty_all_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def nothing_is_published(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fails any test in which a Celery message is sent; only tests with real workers may."""
    published: list[str] = []
    if request.node.get_closest_marker("worker"):
        yield published
        return

    def refuse(self: Celery, name: str, *args: Any, **kwargs: Any) -> None:
        published.append(name)
        raise AssertionError(f"The task {name} was published: a request waits on no broker.")

    monkeypatch.setattr(Celery, "send_task", refuse)
    monkeypatch.setattr("celery.app.task.Task.apply_async", lambda self, *a, **k: refuse(self.app, self.name))
    yield published
    assert not published, f"Published: {published}"


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> Iterator[None]:
    cache.clear()
    # What one test let fail is no reason to refuse the next one.
    READING.reset()
    WRITING.reset()
    yield
    assert in_hand() is None, "this test left a request in hand: the next ones would note their events there"


@pytest.fixture
def bare_oscar(settings: Any) -> None:
    """Oscar's own addresses and templates, so that nothing here hangs on the demo's pages."""
    settings.ROOT_URLCONF = "tests.urls"
    settings.TEMPLATES = bare.templates()


@pytest.fixture
def shop(db: None) -> people.Shop:
    """A tiny shop: oat milk, rye bread and a few more; see tests/people/__init__.py."""
    return people.open_shop()


@pytest.fixture
def open_shop(transactional_db: None) -> people.Shop:
    """The same tiny shop with real commits, for whatever waits for one."""
    return people.open_shop()


@pytest.fixture
def anna(db: None) -> Any:
    """A shopper with an account."""
    return people.person("Anna")


@pytest.fixture
def boris(db: None) -> Any:
    """Another shopper with an account."""
    return people.person("Boris")
