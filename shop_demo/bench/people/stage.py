"""What a part of the bench is given: the shop, the clock of the story, and a watch."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from shop_demo.bench.people.line import Line
from shop_demo.bench.people.size import Size

T = TypeVar("T")


@dataclass
class Stage:
    """The filled shop. `now` goes on as the story does, whatever the wall says."""

    size: Size
    rounds: int
    now: datetime
    say: Callable[[str], object]
    lines: dict[str, Line] = field(default_factory=dict)

    def later(self, *, minutes: int = 30) -> datetime:
        """Some time passes."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def time(self, name: str, work: Callable[[], T], *, beside: str = "", most: float | None = None) -> T:
        """Does it once, and puts down how long it took."""
        started = time.perf_counter()
        done = work()
        taken = time.perf_counter() - started
        line = self.lines.setdefault(name, Line(name, beside, most))
        line.seconds.append(taken)
        line.told = str(done)
        self.say(f"{name}: {taken:.2f} s, {done}")
        return done


def peak_megabytes() -> float:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024
