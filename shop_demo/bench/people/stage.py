"""What a part of the bench is given: the shop, the clock of the story, and a watch."""

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from shop_demo.bench.people.fill import settle
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
    # The Python that has the peer; this one if it is empty.
    peer: str = ""
    lines: dict[str, Line] = field(default_factory=dict)

    def later(self, *, minutes: int = 30) -> datetime:
        """Some time passes."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def time(
        self, name: str, work: Callable[[], T], *, beside: str = "", most: float | None = None,
        within: float | None = None,
    ) -> T:  # fmt: skip
        """Does it once, and puts down how long it took."""
        started = time.perf_counter()
        done = work()
        line = Line(name, beside, most, within)
        self._put(line, [time.perf_counter() - started], told=str(done))
        return done

    def put(self, name: str, seconds: list[float], *, told: str) -> None:
        """Puts down what was timed elsewhere."""
        self._put(Line(name), seconds, told=told)

    def settle(self) -> None:
        """What autovacuum would do within the hour."""
        settle()

    def _put(self, line: Line, seconds: list[float], *, told: str) -> None:
        line = self.lines.setdefault(line.name, line)
        line.seconds.extend(seconds)
        line.told = told
        self.say(f"{line.name}: {line.seconds[-1]:.4g} s, {told}")


def peak_megabytes() -> float:
    """The most memory that this process ever had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024
