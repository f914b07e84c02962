"""Profiles are made set by set: with more people there are no more statements, and no page writes more."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.people.profiles.models import ProfileNote
from personalization.people.profiles.refresh import rebuild, refresh
from tests.people import NOW

LATER = NOW + timedelta(hours=1)


def statements(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        action()
    return len(found)


def come(log, first: int, last: int) -> None:
    for number in range(first, last):
        log.did("product_viewed", "honey", visitor=UUID(int=7 << 64 | number), at=NOW + timedelta(minutes=50))


@pytest.mark.parametrize("again", [rebuild, refresh])
def test_with_ten_times_the_people_there_are_no_more_statements(log, again):
    rebuild(now=NOW)
    come(log, 0, 3)
    few = statements(lambda: again(now=LATER))
    come(log, 3, 40)
    assert statements(lambda: again(now=LATER + timedelta(minutes=1))) <= few


def test_an_event_of_now_writes_no_note(log, anna):
    rebuild(now=NOW)
    for kind in ("product_viewed", "basket_added", "purchased", "visit_started", "searched"):
        log.did(kind, user=anna, at=NOW)
    assert not ProfileNote.objects.exists()


def test_many_late_events_of_one_person_are_one_note_a_statement(log, anna):
    rebuild(now=NOW)
    log.did("product_viewed", "honey", user=anna, at=NOW - timedelta(days=3))
    assert ProfileNote.objects.get().user_id == anna.pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE personalization_event SET quantity = 7")
        cursor.execute("UPDATE personalization_event SET quantity = 7")
    assert ProfileNote.objects.count() == 2, "what stays as it was notes nobody"
