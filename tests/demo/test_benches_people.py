"""The bench of people runs on a tiny shop, and measures what it says."""

from typing import Any

import pytest
from django.utils import timezone

from personalization.people.profiles.models import Profile
from personalization.people.segments.models import Segment
from shop_demo.bench.people import counts, profiles, segments, standing, trees
from shop_demo.bench.people.fill import fill
from shop_demo.bench.people.size import Size
from shop_demo.bench.people.stage import Stage


@pytest.fixture
def stage(db: None) -> Stage:
    size = Size(120)
    fill(size, say=lambda _told: None)
    return Stage(size, 1, now=timezone.now(), say=lambda _told: None)


def test_profiles_are_timed_beside_one_pass_of_plain_sql(stage: Stage) -> None:
    profiles.measure(stage)
    profiles.measure_rebuild(stage)
    assert stage.lines["refresh, 5 % changed"].beside == profiles.YARDSTICK_CHANGED
    assert "profiles=6" in stage.lines["refresh, 5 % changed"].told, "one customer in twenty"
    assert "profiles=0" in stage.lines["rebuild, nothing changed"].told
    assert Profile.objects.count() > 50


def test_fifty_segments_are_counted_and_then_rest(stage: Stage) -> None:
    segments.measure(stage)
    assert "50 segments" in stage.lines["50 segments again"].told
    sizes = dict(Segment.objects.values_list("name", "size"))
    assert sum(bool(size) for size in sizes.values()) > 40, "most of them mean somebody"
    assert len(set(sizes.values())) > 15, "and not all the same people"
    assert not Segment.objects.in_use().exists()


def test_the_live_count_is_timed_for_each_kind_of_tree(stage: Stage) -> None:
    counts.measure(stage)
    assert [one for one in stage.lines if one.startswith("count: ")] == [f"count: {one}" for one in trees.counted()]
    assert stage.lines["count: nested"].within == 1
    assert not stage.lines["count: a column"].told.startswith("0 ")


def test_standing_is_timed_with_one_segment_and_with_many(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(standing, "SEGMENTS", (1, 10))
    monkeypatch.setattr(standing, "_theirs", lambda _python, _number: None)
    standing.measure(stage)
    assert [line.told for line in stage.lines.values()] == ["1 queries (1 after a change)"] * 2
    assert not Segment.objects.exists()
