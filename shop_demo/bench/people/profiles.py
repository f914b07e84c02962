"""Profiles beside the yardstick: nothing changed, and one customer in twenty has come again."""

from datetime import datetime, timedelta
from typing import Any

from personalization.people.profiles.models import ProfileClock
from personalization.people.profiles.refresh import rebuild, refresh
from shop_demo.bench.people import rfm
from shop_demo.bench.people.fill import execute, settle, visits_of
from shop_demo.bench.people.stage import Stage

MOST = 1.3
CHANGED = 20

YARDSTICK, YARDSTICK_CHANGED = "one pass of RFM, nothing changed", "one pass of RFM, 5 % changed"

# Each round others come, with a visit that ends as visits do.
_COME = """
SELECT %(first)s + number AS number, %(at)s::timestamptz AS began,
       1 + (number * {each} + {turn}) %% {customers} AS customer
FROM generate_series(0, {customers} / {each} - 1) AS number
"""


def prepare(stage: Stage) -> None:
    """Everybody's profile, for the first time."""
    rfm.prepare()
    rfm.compute()
    stage.time("profiles, for the first time", lambda: rebuild(now=stage.later()))
    settle()


def ensure(stage: Stage) -> None:
    """Likewise, unless they stand."""
    if not ProfileClock.objects.filter(rebuilt_at__isnull=False).exists():
        prepare(stage)


def measure(stage: Stage) -> None:
    """Yardstick and ours in turn, so that a busy minute of the machine falls on both."""
    ensure(stage)
    rfm.prepare()
    for turn in range(stage.rounds):
        rfm.compute()
        stage.time(YARDSTICK, rfm.compute)
        stage.time("refresh, nothing changed", lambda: refresh(now=stage.later()), beside=YARDSTICK, most=MOST)
        come_again(stage, turn=turn, at=stage.later() - timedelta(minutes=1))
        stage.time(YARDSTICK_CHANGED, rfm.compute)
        stage.time("refresh, 5 % changed", lambda: refresh(now=stage.now), beside=YARDSTICK_CHANGED, most=MOST)
        # Whoever was here within the last half an hour is read once more; in the next round that is past.
        refresh(now=stage.later())
        refresh(now=stage.later())


def measure_rebuild(stage: Stage) -> None:
    """The nightly pass over everybody, which nobody waits for: no limit is set for it."""
    ensure(stage)
    rfm.prepare()
    for _ in range(stage.rounds):
        rfm.compute()
        stage.time(YARDSTICK, rfm.compute)
        stage.time("rebuild, nothing changed", lambda: rebuild(now=stage.later()), beside=YARDSTICK)


def come_again(stage: Stage, *, turn: int, at: datetime) -> None:
    """One customer in twenty."""
    customers = stage.size.customers
    who = _COME.format(each=CHANGED, turn=turn % CHANGED, customers=customers)
    values: dict[str, Any] = {"first": int(at.timestamp()) * 1000, "at": at}
    execute(visits_of(who), values)
    execute("ANALYZE personalization_event", {})
