"""The count beside a tree that is being built: at most a second, or three where a part of the people is counted."""

from datetime import timedelta

from personalization.people.segments.count import Counted, count
from personalization.people.segments.tree import read
from shop_demo.bench.people.profiles import ensure
from shop_demo.bench.people.stage import Stage
from shop_demo.bench.people.trees import counted

FEW, SECONDS_FOR_FEW, SECONDS = 100_000, 1, 3
# A bench waits longer than an owner, to say how long it takes.
LIMIT = timedelta(minutes=2)


def measure(stage: Stage) -> None:
    """Each tree in turn."""
    ensure(stage)
    within = SECONDS_FOR_FEW if stage.size.customers <= FEW else SECONDS
    for turn in range(stage.rounds + 1):
        for name, tree in counted().items():
            # The first look warms the server, as the owner's last one did.
            line = f"count: {name}" if turn else f"count, cold: {name}"
            stage.time(line, lambda tree=tree: _told(count(read(tree), now=stage.now, limit=LIMIT)), within=within)  # type: ignore[misc]


def _told(found: Counted) -> str:
    give_or_take = f" ± {found.error:,}" if found.error is not None else ""
    return f"{found.people:,}{give_or_take} of {found.of_people:,}"
