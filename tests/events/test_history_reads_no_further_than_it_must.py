"""What a page reads of a person's history costs the same in a log of a week and in one of years."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personalization.events import history
from personalization.events.identifiers import event_id
from personalization.events.partitions import ensure_partitions
from personalization.events.person import Person
from personalization.events.write import NewEvent, SeenVisitor, write

ANNA_S_PHONE, ANNA_S_LAPTOP = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def a_year_of_looks(db, settings):
    """Anna looked at a product a day, with two devices in turn; two of them are enough for a page."""
    settings.PERSONALIZATION_HISTORY_EVENTS = 2
    now = timezone.now()
    ensure_partitions(now, since=now - timedelta(days=420))
    days = [now - timedelta(days=number) for number in range(300)]
    devices = [(ANNA_S_PHONE, ANNA_S_LAPTOP)[number % 2] for number in range(300)]
    write(
        [
            NewEvent(event_id(day), "product_viewed", day, visitor_id=device, product_id=number + 1)
            for number, (day, device) in enumerate(zip(days, devices, strict=True))
        ],
        visitors=[SeenVisitor(one, now) for one in (ANNA_S_PHONE, ANNA_S_LAPTOP)],
    )
    return now


def looked_into() -> dict[str, tuple[int, int]]:
    """How often each partition was gone through by an index, and row by row, in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, idx_scan, seq_scan FROM pg_stat_xact_user_tables WHERE relname ~ '^personalization_event_'"
        )
        return {name: (by_index, by_row) for name, by_index, by_row in cursor.fetchall()}


def months_read(person, now):
    """The person's history, and by which index scans of which partitions it was found."""
    before = looked_into()
    with CaptureQueriesContext(connection) as captured:
        found = history.recent(person, now=now)
    assert len(captured) == 1
    after = looked_into()
    assert all(after[name][1] == before[name][1] for name in after), "no partition is read row by row"
    return found, {name for name in after if after[name][0] > before[name][0]}


def test_of_a_stranger_only_the_months_that_are_needed_are_looked_into(a_year_of_looks):
    found, months = months_read(Person(ANNA_S_PHONE), a_year_of_looks)
    assert [one.product_id for one in found.happenings] == [1, 3]
    assert 1 <= len(months) <= 2
    assert not any("default" in name for name in months)


def test_of_an_account_all_devices_are_read_each_newest_first(a_year_of_looks, anna):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE personalization_visitor SET user_id = %s", [anna.pk])
    found, months = months_read(Person(ANNA_S_PHONE, anna.pk), a_year_of_looks)
    assert [one.product_id for one in found.happenings] == [1, 2]
    assert 1 <= len(months) <= 2


def test_who_did_little_lately_is_read_back_to_where_there_is_enough(a_year_of_looks, settings):
    settings.PERSONALIZATION_HISTORY_EVENTS = 100
    found, months = months_read(Person(ANNA_S_PHONE), a_year_of_looks)
    assert [one.product_id for one in found.happenings] == list(range(1, 201, 2))
    assert len(months) > 5


def test_the_border_between_lately_and_before_loses_and_doubles_nothing(a_year_of_looks, anna, settings):
    settings.PERSONALIZATION_HISTORY_EVENTS = 1000
    with connection.cursor() as cursor:
        cursor.execute("UPDATE personalization_visitor SET user_id = %s", [anna.pk])
    found = history.recent(Person(ANNA_S_PHONE, anna.pk), now=a_year_of_looks)
    assert [one.product_id for one in found.happenings] == list(range(1, 301))


def test_what_lies_outside_of_the_months_is_read_too(db):
    now = timezone.now()
    long_ago = now - timedelta(days=300)
    write([NewEvent(event_id(long_ago), "product_viewed", long_ago, visitor_id=ANNA_S_PHONE, product_id=7)])
    (only,) = history.recent(Person(ANNA_S_PHONE), now=now).happenings
    assert only.product_id == 7
