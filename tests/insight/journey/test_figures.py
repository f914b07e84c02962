"""What the page tells of ten visits, counted by hand."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personalization.charts.flows import Flow
from personalization.insight.journey.asked import Asked, JourneyForm
from personalization.insight.journey.figures import figures
from personalization.people.journeys.follow import follow_visits
from personalization.people.journeys.models import Journey
from personalization.people.journeys.steps import Step
from tests.people import NOW
from tests.people.walks import signs_in, walk

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def read(**asked: Any) -> Any:
    """The last seven days, unless something else is asked for."""
    return figures(Asked(now=NOW, **{"days": 7, **asked}))


def test_how_many_came_to_each_step_and_who_left_there(week):
    found = read()
    assert found.now.counts == (10, 9, 5, 3, 1)
    assert found.people == 7
    assert found.leavers == {Step.VISIT: 1, Step.VIEW: 4, Step.BASKET: 2, Step.CHECKOUT: 2, Step.ORDER: 1}
    assert found.before.counts == (2, 1, 1, 1, 1)


@pytest.mark.parametrize(
    ("asked", "counts"),
    [
        ({"days": 3}, (5, 5, 3, 2, 1)),
        ({"days": 28}, (12, 10, 6, 4, 2)),
        ({"source": "google"}, (4, 4, 2, 1, 0)),
        ({"source": "direct"}, (5, 4, 2, 1, 0)),
        ({"medium": "cpc"}, (3, 3, 1, 0, 0)),
        ({"medium": "cpc", "device": "phone"}, (2, 2, 1, 0, 0)),
        ({"device": "phone"}, (5, 5, 4, 3, 1)),
        ({"days": None, "since": (NOW - 5 * DAY).date(), "until": (NOW - 4 * DAY).date()}, (4, 4, 2, 1, 0)),
    ],
)
def test_they_can_be_narrowed(week, asked, counts):
    assert read(**asked).now.counts == counts


def test_of_a_segment_only_the_visits_of_its_members(loyal):
    found = read(segment=loyal)
    assert (found.now.counts, found.people) == ((2, 2, 1, 1, 1), 1)
    assert found.before.counts == (1, 1, 1, 1, 1)


def test_what_somebody_did_before_signing_in_counts_as_theirs(loyal, anna):
    walk("Anna on the phone", "home", at=NOW - 5 * MINUTE)
    signs_in("Anna on the phone", anna, at=NOW)
    follow_visits(now=NOW)
    cache.clear()
    assert read(segment=loyal).now.visits == 3


def test_by_source_by_device_and_by_segment(loyal):
    assert [(one.key, one.counts) for one in read().by] == [
        ("direct", (5, 4, 2, 1, 0)), ("google", (4, 4, 2, 1, 0)), ("newsletter", (1, 1, 1, 1, 1)),
    ]  # fmt: skip
    assert [(one.key, one.counts) for one in read(by="device").by] == [
        ("phone", (5, 5, 4, 3, 1)), ("desktop", (3, 2, 0, 0, 0)), ("", (1, 1, 1, 0, 0)), ("tablet", (1, 1, 0, 0, 0)),
    ]  # fmt: skip
    assert [(one.key, one.counts) for one in read(by="segment").by] == [(loyal.pk, (2, 2, 1, 1, 1))]


def test_day_by_day_or_week_by_week(week):
    assert [(NOW.date() - one.key).days for one in read().days] == [6, 5, 4, 3, 2, 1]
    assert [one.visits for one in read().days] == [1, 2, 2, 2, 2, 1]
    # The tenth of March 2026 is a Tuesday.
    assert [(str(one.key), one.visits) for one in read(days=90).days] == [("2026-02-23", 1), ("2026-03-02", 10),
                                                                          ("2026-03-09", 1)]  # fmt: skip


def test_the_ways_through_the_shop(week):
    flows = {(one.step, one.start, one.end): one.count for one in read().flows}
    assert sum(count for (step, _, _), count in flows.items() if step == 0) == 10
    assert flows == {
        (0, "home", "product"): 4, (0, "home", "block"): 1, (0, "search", "product"): 1, (0, "category", "product"): 1,
        (0, "product", "basket"): 1, (0, "basket", "left"): 1, (0, "other", "left"): 1,
        (1, "product", "basket"): 2, (1, "product", "left"): 4, (1, "block", "product"): 1,
        (1, "basket", "checkout"): 1,
        (2, "basket", "checkout"): 2, (2, "product", "basket"): 1, (2, "checkout", "left"): 1,
        (3, "checkout", "order"): 1, (3, "checkout", "left"): 1, (3, "basket", "left"): 1,
        (4, "order", "left"): 1,
    }  # fmt: skip
    assert isinstance(read().flows[0], Flow)


def test_how_long_the_next_step_took_is_told_from_five_visits_on(week):
    # From the visit's beginning to the first product: 2, 2, 3, 2, 2, 1, 2 and 2 minutes; too few filled a basket.
    view, basket, *_ = read().pauses
    assert view == 120
    assert basket is None
    walk("Gleb", "product", "basket", at=NOW - 5 * MINUTE, seconds=600)
    follow_visits(now=NOW)
    cache.clear()
    assert read().pauses[1] == 60, "one, one, one, one and ten minutes"


def test_who_saw_a_product_before_the_visit_had_its_id_took_no_time(week):
    Journey.objects.filter(deepest=Step.VIEW).update(viewed_at=NOW - 30 * DAY)
    assert read().pauses[0] is not None
    assert read().pauses[0] >= 0


def test_what_may_be_chosen_is_what_there_is(week):
    assert read(source="newsletter").whences == {
        "source:": ["direct", "google", "newsletter"], "medium:": ["cpc", "email", "organic"],
    }  # fmt: skip


def test_they_are_read_once_until_visits_are_followed_further(week):
    with CaptureQueriesContext(connection) as first:
        read()
    with CaptureQueriesContext(connection) as second:
        read()
    assert (len(first), len(second)) == (7, 0)
    assert figures(Asked(now=NOW + timedelta(minutes=10), days=7)).now.visits == 10


# --- what is asked for ---


def asked(**chosen: str) -> Asked:
    return JourneyForm(chosen).asked(now=NOW)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"period": "moon"}, {"period": "own"}, {"device": "fridge"}, {"segment": "999999"}, {"segment": "x"},
        {"whence": "nowhere"}, {"by": "moon"}, {"since": "2026-03-01"},
        {"period": "own", "since": "2026-03-02", "until": "2026-03-01"}, {"period": "own", "since": "9999-12-31"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_as_usual(nonsense):
    assert asked(**nonsense) == Asked(now=NOW)


def test_days_of_one_s_own_reach_to_today_unless_they_end_before():
    found = asked(period="own", since="2026-03-01")
    assert (found.days, str(found.since), str(found.until)) == (None, "2026-03-01", "2026-03-10")
    assert found.days_told == "1 Mar 2026 to 10 Mar 2026"
    assert asked(period="own", since="2026-03-01", until="2026-03-01").days_told == "1 Mar 2026"


def test_a_page_without_visits_counts_none():
    assert read().now.counts == (0, 0, 0, 0, 0)
    assert read().by == read().days == read().flows == []
