"""What the bench measures, by name: one line for each part."""

from collections.abc import Callable

from shop_demo.bench.people import counts, profiles, segments, standing
from shop_demo.bench.people.stage import Stage

PARTS: dict[str, Callable[[Stage], None]] = {
    "profiles": profiles.measure,
    "rebuild": profiles.measure_rebuild,
    "segments": segments.measure,
    "standing": standing.measure,
    "counts": counts.measure,
}
