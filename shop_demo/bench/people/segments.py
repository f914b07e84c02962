"""Fifty segments counted again, one after the other: as the nightly job does it."""

from django.utils import timezone

from personalization.people.segments.models import Segment
from personalization.people.segments.refresh import refresh_all_segments
from shop_demo.bench.people.profiles import ensure
from shop_demo.bench.people.stage import Stage, peak_megabytes
from shop_demo.bench.people.trees import fifty

MOST_SECONDS, MOST_MEGABYTES = 120, 300


def measure(stage: Stage) -> None:
    """First filled, and then again with nothing changed but the hour."""
    ensure(stage)
    Segment.objects.filter(name__startswith="bench: ").delete()
    for name, tree in fifty().items():
        Segment.objects.create(name=name, tree=tree)
    stage.time("50 segments, for the first time", lambda: _counted(stage), within=MOST_SECONDS)
    stage.settle()
    for _ in range(stage.rounds):
        stage.later()
        stage.time("50 segments again", lambda: _counted(stage), within=MOST_SECONDS)
    slowest = Segment.objects.filter(name__startswith="bench: ").order_by("-took_ms")[:3]
    stage.say("slowest: " + ", ".join(f"{one.name.removeprefix('bench: ')} {one.took_ms} ms" for one in slowest))
    stage.say(f"Python's peak {peak_megabytes():.0f} MB, at most {MOST_MEGABYTES}")
    Segment.objects.filter(name__startswith="bench: ").update(is_active=False, changed_at=timezone.now())


def _counted(stage: Stage) -> str:
    done = refresh_all_segments(now=stage.now)
    if done["failed"]:
        raise RuntimeError(f"{done['failed']} segments could not be counted.")
    return ", ".join(f"{number:,} {name}" for name, number in done.items() if number)
