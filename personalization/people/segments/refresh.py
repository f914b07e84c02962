"""Keeps all segments up to date: those that need it every ten minutes, and all of them at night."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from personalization.conf import conf
from personalization.people.profiles.models import Profile
from personalization.people.segments.gathered import gathered
from personalization.people.segments.known import all_known
from personalization.people.segments.members import recount, trees_of
from personalization.people.segments.models import MembershipChange, Segment
from personalization.people.segments.unfold import InACircle, Known, TooLarge, in_order, needed, unfolded

# A profile is written some time before others can see it: what changed shortly before the last count counts again.
UNSEEN = timedelta(minutes=10)
BATCH = 10_000


def refresh_segments(*, now: datetime) -> dict[str, int]:
    """Counts those again whose tree changed, and all others if any profile did since."""
    return _refresh(now=now, is_all=False)


def refresh_all_segments(*, now: datetime) -> dict[str, int]:
    """Counts all of them, because time alone takes people out; and lets go of changes that are too old."""
    return _refresh(now=now, is_all=True) | {"changes_forgotten": forget_changes(now=now)}


def forget_changes(*, now: datetime) -> int:
    """Removes changes of membership after PERSONALIZATION_CHANGES_DAYS, some thousand at a time."""
    forgotten = 0
    old = MembershipChange.objects.filter(happened_at__lt=now - timedelta(days=conf.CHANGES_DAYS)).order_by("pk")
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        forgotten += MembershipChange.objects.filter(pk__in=keys).delete()[0]
    return forgotten


def _refresh(*, now: datetime, is_all: bool) -> dict[str, int]:
    known = all_known()
    segments = {one.pk: one for one in Segment.objects.in_use()}
    newest = Profile.objects.aggregate(newest=Max("changed_at"))["newest"]
    done = {"segments": 0, "entered": 0, "left": 0, "failed": 0}
    order, in_circles = in_order(known)

    def is_due(segment: Segment) -> bool:
        return is_all or _is_due(segment, segments, known, newest=newest)

    trees = [tree for one in segments.values() if is_due(one) for tree in trees_of(one, known)]
    with gathered(trees, now=now) as tell:
        # What needs others comes after them, so that it finds their members of now.
        for pk in (*order, *sorted(in_circles)):
            segment = segments.get(pk)
            if segment is None or not is_due(segment):
                continue
            tell()
            found = recount(segment, now=now, known=known)
            segment.counted_at = now
            done["segments"] += 1
            done["entered"] += found.entered
            done["left"] += found.left
            done["failed"] += bool(found.error)
    return done


def _is_due(
    segment: Segment, segments: Mapping[int, Segment], known: Mapping[int, Known], *, newest: datetime | None
) -> bool:
    counted_at = segment.counted_at
    if counted_at is None:
        return True
    # Its owner changed it, or asked for a count.
    if segment.changed_at > counted_at:
        return True
    if segment.error:
        # It would fail again: until its owner changes it, it waits for the night.
        return False
    if newest is not None and newest > counted_at - UNSEEN:
        return True
    if any(one in segments and _later(segments[one].counted_at, counted_at) for one in needed(known[segment.pk].tree)):
        return True
    return segment.counted_tree != _tree(segment.pk, known)


def _tree(pk: int, known: Mapping[int, Known]) -> object:
    try:
        return unfolded(known[pk].tree, known).json()
    except (InACircle, TooLarge):
        return None


def _later(one: datetime | None, other: datetime) -> bool:
    return one is not None and one > other
