"""One line of the serving bench."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

Work = Callable[[], object]
# Where transactions and savepoints begin and end nothing is asked.
NO_QUESTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


@dataclass
class Line:
    """One thing measured: milliseconds of every round, and the queries of the last one."""

    name: str
    queries: int = 0
    milliseconds: list[float] = field(default_factory=list)
    # Of this thread on a processor: what a busy machine does not make longer. PostgreSQL's share is not in it.
    worked: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        """So many milliseconds or fewer took this share of the rounds."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def median(self) -> float:
        """The middle of all rounds."""
        return statistics.median(self.milliseconds)

    def time(self, work: Work) -> None:
        """One round more."""
        started, worked = time.perf_counter(), time.thread_time()
        work()
        self.worked.append((time.thread_time() - worked) * 1000)
        self.milliseconds.append((time.perf_counter() - started) * 1000)

    def count(self, work: Work) -> None:
        """Its queries, in a round that is not timed: counting them costs time."""
        with CaptureQueriesContext(connection) as queries:
            work()
        self.queries = len([one for one in queries if not one["sql"].startswith(NO_QUESTIONS)])
