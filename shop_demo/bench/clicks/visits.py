"""A set of visits to be asked about: what may be learned, and every next click after the cut."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from personalization.recommend.train.log import Ids, ShopLog, Visits

Clicks = list[tuple[int, float, int]]  # visit, day, product

CLICK = 20.0 / 86_400.0  # of a day, from one click to the next
MOST_VISITS = 3000  # asked about


@dataclass(frozen=True, eq=False)
class ClickExam:
    """A log whose visits end at the cut, and the visits after it, each a row of products, oldest first."""

    name: str
    train: ShopLog
    visits: tuple[Ids, ...]

    @property
    def questions(self) -> tuple[list[Ids], Ids]:
        """Every beginning of a visit, and the product that was looked at next."""
        begun = [visit[:end] for visit in self.visits for end in range(1, len(visit))]
        return begun, np.array([one for visit in self.visits for one in visit[1:].tolist()], dtype=np.int64)


def click_exam(name: str, log: ShopLog, clicks: Clicks, *, cut_day: float) -> ClickExam:
    """Cut in time; only products looked at before the cut are asked for."""
    visit, day, product = (np.array(column) for column in zip(*_without_reloads(clicks), strict=True))
    start = np.zeros(int(visit.max()) + 1)
    np.maximum.at(start, visit, day)
    before = start[visit] < cut_day
    known = np.isin(product, np.unique(product[before]))
    after = _rows(visit[~before & known], product[~before & known])
    order = np.lexsort((np.arange(before.sum()), day[before]))
    table = Visits(*(column[before][order] for column in (visit.astype(np.int64), product.astype(np.int64), day)))
    long = [row for row in after if len(row) > 1]
    return ClickExam(name, replace(log.until(cut_day), visits=table), tuple(long[:MOST_VISITS]))


def _without_reloads(clicks: Clicks) -> Clicks:
    """Nobody clicks on what is on the screen."""
    return [clicks[0], *(one for last, one in pairwise(clicks) if (last[0], last[2]) != (one[0], one[2]))]


def _rows(visit: Ids, product: Ids) -> Iterable[Ids]:
    order = np.argsort(visit, kind="stable")
    edges = np.flatnonzero(np.diff(visit[order])) + 1
    return np.split(product[order].astype(np.int64), edges)
