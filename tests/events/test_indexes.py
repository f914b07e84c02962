"""The log's indexes hold the rows that somebody asks for and no others, in each month, and are used."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from personalization.events import history
from personalization.events.identifiers import event_id, first_id
from personalization.events.models import Event
from personalization.events.partitions import ensure_partitions
from personalization.events.person import Person
from personalization.events.write import NewEvent, write

MARCH = datetime(2001, 3, 10, 12, 0, tzinfo=UTC)
MONTH = "personalization_event_2001_03"
COLUMNS = ("user_id", "visitor_id")


def conditions(table: str) -> dict[str, str | None]:
    """Of each index but the primary key its first column, and which rows it holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, pg_get_expr(indpred, indrelid) FROM pg_index "
            "JOIN pg_attribute ON attrelid = indexrelid AND attnum = 1 "
            "WHERE indrelid = %s::regclass AND NOT indisprimary AND indisvalid", [table]
        )  # fmt: skip
        return dict(cursor.fetchall())


def plan_of(ask) -> str:
    """How the server answers the last query that this asks."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


PARTIAL = {"user_id": "(user_id IS NOT NULL)", "visitor_id": "(visitor_id IS NOT NULL)", "kind": None}


@pytest.mark.parametrize("table", ["personalization_event", "personalization_event_default", MONTH])
def test_strangers_are_in_no_index_of_accounts_and_nobody_in_that_of_visitors(db, table):
    ensure_partitions(MARCH, since=MARCH)
    assert conditions(table) == PARTIAL


@pytest.fixture
def busy_month(db) -> None:
    """A thousand browsers, a hundred of them with an account, and twenty looks of each."""
    ensure_partitions(MARCH, since=MARCH)
    first = first_id(MARCH).int
    looks = [
        Event(id=uuid.UUID(int=first + number), kind="product_viewed", happened_at=MARCH, product_id=1,
              visitor_id=uuid.UUID(int=number % 1000), user_id=number % 1000 if number % 1000 < 100 else None)
        for number in range(20_000)
    ]  # fmt: skip
    Event.objects.bulk_create(looks)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE personalization_event")


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("several", [False, True])
def test_who_is_asked_for_by_name_is_found_by_the_index(busy_month, column, several):
    one = 7 if column == "user_id" else uuid.UUID(int=7)
    asked = Q(**{f"{column}__in": [one, one, None]}) if several else Q(**{column: one})
    plan = plan_of(lambda: list(Event.objects.filter(asked).order_by("-id")[:50]))
    assert f"2001_03_{column}_id_idx" in plan


def scans() -> dict[str, int]:
    """How often this transaction has read the month: by its own rows one after another, and by each index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_stat_get_xact_numscans(oid) FROM pg_class WHERE relname LIKE %s",
            [f"{MONTH}%"],
        )
        return dict(cursor.fetchall())


def test_a_person_s_history_is_found_by_both(busy_month):
    # The plan of a function is not shown; what was read to answer it is counted.
    before = scans()
    history.recent(Person(visitor_id=uuid.uuid4(), user_id=7), now=MARCH)
    read = {name for name, count in scans().items() if count > before[name]}
    assert read == {f"{MONTH}_{column}_id_idx" for column in COLUMNS}


@pytest.mark.parametrize("broken_off", [False, True])
def test_the_indexes_of_a_log_that_is_in_use_are_made_anew_and_may_be_widened(transactional_db, broken_off):
    ensure_partitions(MARCH, since=MARCH)
    write([NewEvent(event_id(MARCH), "searched", MARCH, visitor_id=uuid.uuid4())])
    try:
        call_command("migrate", "personalization", "0008", verbosity=0)
        assert conditions(MONTH) == dict.fromkeys(PARTIAL)
        if broken_off:
            with connection.cursor() as cursor:
                cursor.execute("CREATE INDEX personalization_event_user_new ON ONLY personalization_event "
                               "(user_id, id) WHERE user_id IS NOT NULL")  # fmt: skip
                cursor.execute(f"CREATE INDEX {MONTH}_user_some ON {MONTH} (user_id)")
    finally:
        call_command("migrate", "personalization", verbosity=0)
    assert conditions(MONTH) == conditions("personalization_event") == PARTIAL
    assert Event.objects.filter(kind="searched").count() == 1
