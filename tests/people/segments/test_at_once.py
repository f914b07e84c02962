"""Promise 7: a count that runs twice, at once, or dies in the middle leaves what one clean count leaves."""

import os
import signal
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest import mock

import pytest
import time_machine
from django.db import connection

from personalization import tasks
from personalization.jobs.models import JobRun
from personalization.people.profiles.models import Profile
from personalization.people.segments import members
from personalization.people.segments.members import recount
from personalization.people.segments.models import Membership, MembershipChange, Segment
from personalization.people.segments.refresh import refresh_all_segments
from tests.people import NOW
from tests.people.folk import known, rule

HOUR, LATER = timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def work(transactional_db):
    """Two segments, one within the other, that were counted; and since then one person came and one left."""
    for turn in range(6):
        known(f"Guest {turn}", orders=turn % 3)
    buyers = Segment.objects.create(name="buyers", tree=rule("orders", least=1))
    Segment.objects.create(name="others", tree={"not": rule("segment", segments=[buyers.pk])})
    refresh_all_segments(now=NOW - HOUR)
    for turn, orders in ((0, 1), (1, 0)):
        person = uuid.uuid5(uuid.NAMESPACE_DNS, f"Guest {turn}")
        Profile.objects.filter(person=person).update(orders=orders, changed_at=NOW)
    return buyers


def tables() -> tuple:
    """All that a count writes, without the hour."""
    members = Membership.objects.order_by("segment_id", "person").values_list("segment__name", "part", "person")
    changes = MembershipChange.objects.values_list("segment__name", "person", "is_entry")
    return list(members), sorted(changes), list(Segment.objects.order_by("name").values_list("name", "size", "error"))


def run(*, at=NOW) -> object:
    with time_machine.travel(at, tick=False):
        return tasks.refresh_segments()


def test_a_second_message_in_the_same_period_changes_nothing(work):
    assert run() is not None
    once = tables()
    assert [change[1:] for change in once[1]].count((uuid.uuid5(uuid.NAMESPACE_DNS, "Guest 0"), True)) == 1
    assert run() is None
    assert run(at=LATER) is not None
    assert tables() == once


def test_two_counts_of_one_segment_at_once_note_each_change_once(work):
    door = Barrier(4)

    def worker(_: int) -> object:
        try:
            door.wait()
            return recount(work, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(worker, range(4)))
    assert [one.error for one in found] == [""] * 4
    assert sorted((one.entered, one.left) for one in found) == [(0, 0), (0, 0), (0, 0), (1, 1)]
    assert MembershipChange.objects.filter(segment=work).count() == 2


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_worker_killed_in_the_middle_is_made_good_by_the_next(work, turn):
    """It dies before the first segment is written, right after it, or before the second one is."""

    real, so_far = members._executed, []

    def die(*args: object) -> object:
        so_far.append(args)
        if len(so_far) == turn:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args)

    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            with mock.patch("personalization.people.segments.members._executed", die):
                run()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL

    assert run() is None, "its lease has not run out"
    assert run(at=LATER) is not None
    healed = tables()
    changes = [(name, is_entry) for name, _person, is_entry in healed[1]]
    assert sorted(changes) == [("buyers", False), ("buyers", True), ("others", False), ("others", True)]
    JobRun.objects.all().delete()
    run(at=LATER + HOUR)
    assert tables() == healed
    assert JobRun.objects.get().status == "done"
