"""The months of the log: made ahead, made once, and never in the way of an event."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

from personalization.events.identifiers import event_id, fact_id
from personalization.events.models import Event
from personalization.events.partitions import DEFAULT, ensure_partitions, partitions
from personalization.events.write import NewEvent, write

MARCH = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
MADE = [f"personalization_event_2026_{month}" for month in ("03", "04", "05", "06")]


@pytest.fixture(autouse=True)
def _no_partitions(transactional_db):
    drop_all()
    yield
    drop_all()


def drop_all():
    with connection.cursor() as cursor:
        for name in partitions():
            if name != DEFAULT:
                cursor.execute(f"DROP TABLE {name}")


def seen(at: datetime) -> NewEvent:
    return NewEvent(id=event_id(at), kind="product_viewed", happened_at=at, product_id=1)


def rows_in(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ONLY {table}")  # noqa: S608
        return cursor.fetchone()[0]


def test_the_next_months_are_ready_ahead(settings):
    settings.PERSONALIZATION_EVENT_MONTHS_AHEAD = 3
    assert ensure_partitions(MARCH) == MADE
    assert partitions() == [*MADE, DEFAULT]


def test_they_are_made_once():
    ensure_partitions(MARCH)
    assert ensure_partitions(MARCH) == []


def test_the_past_gets_its_months_too():
    made = ensure_partitions(MARCH, since=datetime(2025, 11, 30, 23, 59, tzinfo=UTC))
    assert made[:4] == [f"personalization_event_{month}" for month in ("2025_11", "2025_12", "2026_01", "2026_02")]


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), "03"),
        (datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC), "03"),
        (datetime(2026, 4, 1, tzinfo=UTC), "04"),
    ],
)
def test_an_event_falls_into_its_month(moment, month):
    ensure_partitions(MARCH)
    write([seen(moment)])
    assert rows_in(f"personalization_event_2026_{month}") == 1


def test_without_its_month_an_event_is_not_lost():
    assert write([seen(MARCH)]) == 1
    assert rows_in(DEFAULT) == 1
    assert Event.objects.get().happened_at == MARCH


def test_what_waited_in_the_default_partition_is_moved():
    write([seen(MARCH), seen(MARCH), seen(datetime(2031, 1, 1, tzinfo=UTC))])
    ensure_partitions(MARCH)
    assert rows_in(MADE[0]) == 2
    assert rows_in(DEFAULT) == 1
    assert Event.objects.count() == 3


def test_a_new_month_has_the_indexes_of_the_others():
    ensure_partitions(MARCH)
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, MADE[0])
    assert sorted(tuple(one["columns"]) for one in names.values() if one["index"] or one["primary_key"]) == [
        ("id",), ("kind", "id"), ("user_id", "id"), ("visitor_id", "id"),
    ]  # fmt: skip


def test_two_makers_at_once_make_each_month_once():
    start = Barrier(2)

    def make() -> list[str]:
        try:
            start.wait()
            return ensure_partitions(MARCH)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        made = [one.result() for one in [workers.submit(make) for _ in range(2)]]
    assert sorted(made[0] + made[1]) == MADE


def test_an_event_that_comes_while_a_month_is_made_is_kept():
    write([seen(MARCH)])
    with ThreadPoolExecutor(1) as workers:

        def make() -> list[str]:
            try:
                return ensure_partitions(MARCH)
            finally:
                connection.close()

        with transaction.atomic():
            write([seen(MARCH)])
            making = workers.submit(make)
        assert making.result() == MADE
    assert rows_in(MADE[0]) == 2


def test_a_month_is_given_up_rather_than_pages_kept_waiting_behind_a_long_reader(monkeypatch):
    monkeypatch.setattr("personalization.events.partitions.MAKE_ATTEMPTS", 2)

    def make() -> list[str]:
        try:
            return ensure_partitions(MARCH)
        finally:
            connection.close()

    write([seen(MARCH)])
    with ThreadPoolExecutor(1) as workers, transaction.atomic():
        assert Event.objects.count() == 1
        with pytest.raises(OperationalError, match="lock timeout"):
            workers.submit(make).result()
        assert Event.objects.count() == 1
    assert ensure_partitions(MARCH) == MADE


def test_writing_the_same_event_again_changes_nothing():
    ensure_partitions(MARCH)
    event = NewEvent(
        id=fact_id(MARCH, kind="purchased", key=1), kind="purchased", happened_at=MARCH, product_id=1, quantity=2
    )
    assert write([event, seen(MARCH)]) == 2
    assert write([event]) == 0
    assert write([event, seen(MARCH)]) == 1
    assert Event.objects.filter(kind="purchased").get().quantity == 2


def test_the_same_event_twice_in_one_writing_is_one():
    event = seen(MARCH)
    assert write([event, event]) == 1


def test_writing_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert write([]) == 0
