"""Questions by the thousand: what was worked out is kept, and what is missing is worked out in one go."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from personalization.recommend.train.answers import NOBODY
from personalization.recommend.train.log import Ids

DEPTH = 60  # as many as production keeps for a shopper
AHEAD = 64  # neighbours in the numbering that are worked out along with a single question, at the most
EACH = 8  # one more for every so many single questions: who asks for few waits for few, who asks for all soon has all
CELLS = 4_000_000  # of rows and products: in a large shop a row costs so much that none is worked out unasked

Ask = Callable[[Ids, int], Ids]


@dataclass
class Answers:
    """Lists for numbered things, `count` of them; `ask` works out many at once, best first, padded with -1."""

    ask: Ask
    count: int
    products: int
    depth: int = DEPTH
    kept: dict[int, Ids] = field(default_factory=dict)
    singles: int = 0

    def lists(self, numbers: Ids, k: int) -> Ids:
        """One row for each number, at least k long where there are as many."""
        if k > self.depth:
            self.depth, self.kept = k, {}
        missing = [one for one in dict.fromkeys(numbers.tolist()) if one not in self.kept]
        if missing:
            self._work_out(self._with_neighbours(missing))
        width = min(self.depth, max(self.products, 1))
        rows = [self.kept[one] for one in numbers.tolist()]
        return np.array(rows, dtype=np.int64).reshape(len(rows), -1) if rows else np.empty((0, width), np.int64)

    def _with_neighbours(self, missing: list[int]) -> Ids:
        self.singles += len(missing) == 1
        ahead = min(AHEAD, self.singles // EACH, CELLS // max(self.products, 1))
        if len(missing) > 1 or ahead < 2 or missing[0] < 0:
            return np.array(missing, dtype=np.int64)
        start = missing[0] // ahead * ahead
        block = range(start, min(start + ahead, self.count))
        return np.array([one for one in block if one not in self.kept], dtype=np.int64)

    def _work_out(self, numbers: Ids) -> None:
        lists = self.ask(numbers, self.depth)
        short = self.depth - lists.shape[1]
        if short > 0:
            lists = np.pad(lists, ((0, 0), (0, short)), constant_values=NOBODY)
        self.kept |= dict(zip(numbers.tolist(), lists.astype(np.int64), strict=True))
