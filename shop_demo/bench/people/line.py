"""One line of the bench: how long something took, beside what it is measured against."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Line:
    """Seconds of each round; `beside` names the line that it is to be so many times as long as, at most.

    `within` is the most that it may take by the clock.
    """

    name: str
    beside: str = ""
    most: float | None = None
    within: float | None = None
    seconds: list[float] = field(default_factory=list)
    # What came of the last round.
    told: str = ""

    @property
    def median(self) -> float:
        """The middle of all rounds."""
        return statistics.median(self.seconds)
