"""Promise 7: whenever the worker is killed in a night or a day of people's jobs, the next one leaves what was meant."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from personalization.events.models import Event
from personalization.people.clusters.models import Cluster
from personalization.people.journeys.models import Journey, JourneyClock
from personalization.people.profiles.models import Profile, ProfileClock, ProfileNote
from personalization.people.segments import gathered
from personalization.people.segments.models import Membership, MembershipChange, Segment
from tests.people import NOW
from tests.people.busy import come_again, day, live, night

MADE = (Profile, ProfileClock, ProfileNote, Membership, MembershipChange, Journey, JourneyClock, Cluster)
# When a row was written says nothing of what is in it.
TIMES = {"id", "changed_at", "made_at", "followed_at", "counted_at"}
POINTS = 10


def left() -> list[Any]:
    """All that the jobs leave behind."""
    return [
        sorted(map(repr, model.objects.values(*_columns(model))))
        for model in (Profile, Membership, MembershipChange, Journey, Cluster)
    ] + [list(Segment.objects.order_by("name").values_list("name", "size", "error"))]


def _columns(model: Any) -> list[str]:
    return [one.attname for one in model._meta.concrete_fields if one.attname not in TIMES]


def forgotten() -> None:
    """As before the first night."""
    Event.objects.filter(happened_at__gt=NOW - timedelta(hours=1)).delete()
    for model in MADE:
        model.objects.all().delete()
    Segment.objects.filter(name__startswith="group").delete()
    Segment.objects.update(size=None, counted_tree=None, counted_at=None, settled_at=None)


def statements(work: Callable[[], None]) -> int:
    """How many it takes."""
    count = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        work()
    return count


def killed(work: Callable[[], None], *, at: int) -> None:
    """A worker dies before the statement of that number."""
    child = os.fork()
    if child == 0:
        try:
            connection.connection = None
            turn = 0

            def deadly(execute: Any, *args: Any) -> Any:
                nonlocal turn
                turn += 1
                if turn == at:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(*args)

            with connection.execute_wrapper(deadly):
                work()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture
def _nothing_stays(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Takes away what killed runs gathered: a run of hours later would, but another test looks for it sooner."""
    yield
    monkeypatch.setattr(gathered, "ABANDONED", timedelta(seconds=-60))
    gathered._clear_away()


def stand_before(work: Callable[[], None]) -> None:
    """As it was before the first night; of a day, as the night left it, and somebody has come since."""
    forgotten()
    if work is day:
        night()
        come_again()


@pytest.mark.usefixtures("_nothing_stays")
@pytest.mark.parametrize("work", [night, day])
def test_killed_at_random_points_it_is_made_good_by_the_next(open_shop, work):
    live(open_shop)
    stand_before(work)
    # The first run finds out how long it is, and what is meant to be left.
    length = statements(work)
    meant = left()
    for at in sorted(random.Random(work.__name__).sample(range(1, length), POINTS)):
        stand_before(work)
        killed(work, at=at)
        work()
        assert left() == meant, f"killed before statement {at} of {length}"
