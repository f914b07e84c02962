"""What a person has seen in blocks and never clicked."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from personalization.events import showings
from personalization.events.identifiers import event_id
from personalization.events.models import Visitor
from personalization.events.person import Person
from personalization.events.write import NewEvent, write
from tests.people import NOW

PHONE, LAPTOP, STRANGER = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def devices(db, anna) -> Person:
    """Anna, with two browsers of hers and one that belongs to nobody."""
    for visitor, user in ((PHONE, anna), (LAPTOP, anna), (STRANGER, None)):
        Visitor.objects.create(id=visitor, user=user, first_seen_at=NOW, last_seen_at=NOW)
    return Person(visitor_id=PHONE, user_id=anna.pk)


def showed(*products: int, to: UUID = PHONE, days: float = 1, is_seen: bool = True, **more) -> None:
    """A block with these products was shown so many days ago, and stood on a screen."""
    at = NOW - timedelta(days=days)
    shown = event_id(at)
    told = {"products": [{"id": one} for one in products]}
    write([NewEvent(shown, "block_shown", at, visitor_id=to, payload=told, **more)])
    if is_seen:
        write([NewEvent(event_id(at), "block_seen", at, visitor_id=to, payload={"shown": str(shown)}, **more)])


def unclicked(person: Person) -> dict[int, int]:
    return showings.unclicked(person, now=NOW)


def test_each_seen_showing_counts_on_every_device(devices):
    showed(7, 8)
    showed(7, 9, to=LAPTOP)
    showed(7, to=STRANGER)
    assert unclicked(devices) == {7: 2, 8: 1, 9: 1}


def test_a_click_makes_it_forgotten(devices):
    showed(7, 8)
    at = NOW - timedelta(hours=3)
    write([NewEvent(event_id(at), "block_clicked", at, visitor_id=PHONE, product_id=7)])
    assert unclicked(devices) == {8: 1}


def test_a_block_that_stood_on_no_screen_does_not_count(devices):
    showed(7, is_seen=False)
    assert unclicked(devices) == {}


def test_two_weeks_are_enough(devices):
    showed(7, days=13.9)
    showed(7, days=14.1)
    assert unclicked(devices) == {7: 1}


def test_what_another_account_saw_in_the_same_browser_is_not_ours(devices, boris):
    showed(7, user_id=boris.pk)
    assert unclicked(devices) == {}


def test_nobody_knows_a_stranger_without_a_cookie(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert unclicked(Person()) == {}


def test_it_walks_the_browser_s_own_index(devices):
    values = {"user": devices.user_id, "visitor": PHONE, "oldest": UUID(int=0), "limit": 10}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + showings._UNCLICKED, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert re.search(r"Index (Only )?Scan (Backward )?using \w+_visitor", plan)
    assert "_pkey on personalization_event" not in plan
