"""How fast one browser may report: a bucket of tokens each, in this process's memory; nobody waits for it."""

import math
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable

from personalization.conf import conf

MOST_BUCKETS = 20_000
# Who brings no cookie yet can't be told from others like it: they share one bucket, as deep as that of so many.
NEWCOMERS = 100
_MINUTE = 60.0


class Pace:
    """The buckets. Each refills steadily and holds a minute's worth at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._levels: OrderedDict[uuid.UUID | None, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, visitor: uuid.UUID | None, weight: int) -> int:
        """Takes the tokens and gives 0; or takes none and gives the seconds until there are enough."""
        depth = float(conf.EVENT_RATE * (1 if visitor else NEWCOMERS))
        now, wanted = self._clock(), min(float(weight), depth)
        with self._lock:
            level, at = self._levels.pop(visitor, (depth, now))
            level = min(depth, level + (now - at) * depth / _MINUTE)
            missing = wanted - level
            self._levels[visitor] = (level if missing > 0 else level - wanted, now)
            while len(self._levels) > MOST_BUCKETS:
                # The one that was silent longest; it is full again by now, or will be sooner than it matters.
                self._levels.popitem(last=False)
        return math.ceil(missing * _MINUTE / depth) if missing > 0 else 0

    def forget(self) -> None:
        """All buckets are full again."""
        with self._lock:
            self._levels.clear()


pace = Pace()
