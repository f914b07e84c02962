"""Behind a pooler that gives each transaction another session of the server, the jobs do what they do without one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections

from personalization.people.journeys.models import Journey
from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Membership, Segment
from tests.people.busy import come_again, day, live, night


@pytest.fixture
def pooled(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Each transaction, and each statement without one, gets a session of its own; gives the sessions there were."""
    # The proxy that the app imports makes a look-up of each call.
    here, sessions = connections["default"], set[int]()
    cursor = here.cursor

    def another(*args: Any) -> Any:
        if not here.in_atomic_block:
            here.close()
        found = cursor(*args)
        sessions.add(here.connection.info.backend_pid)
        return found

    monkeypatch.setattr(here, "cursor", another)
    yield sessions
    monkeypatch.undo()


def test_a_night_and_a_day_leave_the_same(open_shop, pooled, caplog):
    live(open_shop)
    before = len(pooled)
    night()
    come_again()
    day()
    assert len(pooled) > before + 20, "or this is no pooler"
    assert not caplog.records, "nothing goes another way than it was meant to"
    assert list(Segment.objects.order_by("name").values_list("name", "size", "error")) == [
        ("did not buy", 2, ""), ("looked", 3, ""), ("looked often", 2, ""), ("put in", 4, "")
    ]  # fmt: skip
    assert Membership.objects.count() == 11
    assert sorted(Profile.objects.values_list("views", "orders")) == [(2, 0), (2, 1), (3, 3), (4, 0)]
    assert Journey.objects.count() == 10
