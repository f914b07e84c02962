"""Promise 7: whenever the worker is killed in a night or a day of people's jobs, the next one leaves what was meant."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from personalization.events.models import Event
from personalization.people.clusters.models import Cluster
from personalization.people.journeys.models import Journey, JourneyClock
from personalization.people.profiles.models import Profile, ProfileClock, ProfileNote
from personalization.people.segments import gathered
from personalization.people.segments.models import Membership, MembershipChange, Segment
from tests.killing import killed, statements
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
