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


def plan_of(person, now):
    """What the database does for this person's history, and what of it was never begun."""
    with CaptureQueriesContext(connection) as captured:
        found = history.recent(person, now=now)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, COSTS OFF) " + captured[0]["sql"])
        return found, [line for (line,) in cursor.fetchall()]


def months_looked_into(plan):
    scans = [line for line in plan if "Scan" in line and "on personalization_event_" in line]
    return len(scans), sum("never executed" not in line for line in scans)


def test_of_a_stranger_only_the_months_that_are_needed_are_looked_into(a_year_of_looks):
    found, plan = plan_of(Person(ANNA_S_PHONE), a_year_of_looks)
    assert [one.product_id for one in found.happenings] == [1, 3]
    there, looked_into = months_looked_into(plan)
    assert there > 10
    assert looked_into <= 3
    assert not any("personalization_event_default" in line for line in plan)


def test_of_an_account_all_devices_are_read_each_newest_first(a_year_of_looks, anna):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE personalization_visitor SET user_id = %s", [anna.pk])
    found, plan = plan_of(Person(ANNA_S_PHONE, anna.pk), a_year_of_looks)
    assert [one.product_id for one in found.happenings] == [1, 2]
    assert not any("Merge Append" in line or "Seq Scan on personalization_event_" in line for line in plan)


def test_what_lies_outside_of_the_months_is_read_too(db):
    now = timezone.now()
    long_ago = now - timedelta(days=300)
    write([NewEvent(event_id(long_ago), "product_viewed", long_ago, visitor_id=ANNA_S_PHONE, product_id=7)])
    (only,) = history.recent(Person(ANNA_S_PHONE), now=now).happenings
    assert only.product_id == 7
