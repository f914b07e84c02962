"""How often somebody may be shown a campaign: caps by visit, day, week and in all, and a gap between two showings."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from personalization.campaigns.frequency import FREE, Frequency, Showing, frequency_from

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
VISIT, EARLIER = uuid.UUID(int=2), uuid.UUID(int=1)


def ago(visit_id: uuid.UUID = EARLIER, **back: float) -> Showing:
    return Showing(NOW - timedelta(**back), visit_id)


def full(frequency: Frequency, *showings: Showing) -> str:
    return frequency.full(showings, now=NOW, visit_id=VISIT)


def test_without_caps_there_is_always_room():
    assert FREE.is_free
    assert full(FREE, *[ago(minutes=1)] * 50) == ""


@pytest.mark.parametrize(
    ("frequency", "within", "over"),
    [
        (Frequency(visit=1), ago(minutes=40), ago(VISIT, minutes=5)),
        (Frequency(day=1), ago(hours=24), ago(hours=23, minutes=59)),
        (Frequency(week=1), ago(days=7), ago(days=6, hours=23)),
        (Frequency(gap=3), ago(hours=3), ago(hours=2, minutes=59)),
    ],
    ids=["visit", "day", "week", "gap"],
)
def test_a_cap_is_full_up_to_its_very_end_and_no_longer(frequency, within, over):
    assert full(frequency, within) == ""
    assert full(frequency, over) == next(iter(frequency.stored()))


def test_in_all_means_for_good():
    assert full(Frequency(total=2), ago(days=900)) == ""
    assert full(Frequency(total=2), ago(days=900), ago(days=1)) == "total"


def test_it_is_told_in_words():
    with translation.override("en"):
        told = Frequency(visit=1, week=2, total=5, gap=24).told()
    assert told == "at most once a visit, 2 times a week and 5 times in all, no sooner than 24 hours later"
    assert FREE.told() == ""


def test_it_comes_back_as_it_was_kept():
    kept = Frequency(visit=1, day=2, gap=48)
    assert frequency_from(kept.stored()) == kept
    assert FREE.stored() == {}


@pytest.mark.parametrize("stored", [None, [], "once", {"day": "1"}, {"day": True}, {"day": -3}, {"day": 1.5}, {"x": 1}])
def test_whatever_stands_there_by_accident_holds_nothing_back(stored):
    assert frequency_from(stored) == FREE
