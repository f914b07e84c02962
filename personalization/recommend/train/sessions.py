"""Visits as sequences of products, oldest first; the baskets stand in where nobody's looks are known."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from personalization.recommend.train.log import Floats, Ids, ShopLog, Visits
from personalization.recommend.train.shop import binary, position

FEWEST = 200  # visits that say what came after what
LONGEST = 200
BASKETS, VISITS = "baskets", "visits"


@dataclass(frozen=True, eq=False)
class Sessions:
    """One line per look, session by session, oldest session first; nothing follows itself at once."""

    row: Ids
    column: Ids
    day: Floats  # of the end of each session
    products: int
    kind: str = VISITS
    why: str = ""

    def __len__(self) -> int:
        return len(self.day)

    @property
    def holds(self) -> sparse.csr_matrix:
        """Which sessions hold which products."""
        return binary(self.row, self.column, (len(self), self.products))

    def only(self, kept: NDArray[np.bool_]) -> Self:
        """Some of the sessions."""
        lines, number = kept[self.row], np.cumsum(kept) - 1
        return type(self)(
            number[self.row[lines]], self.column[lines], self.day[kept], self.products, self.kind, self.why
        )

    def newest(self, lines: int) -> Self:
        """The newest sessions with about so many looks."""
        if len(self.row) <= lines:
            return self
        return self.only(np.arange(len(self)) > self.row[len(self.row) - lines])

    def steps(self, back: int) -> tuple[Ids, Ids]:
        """Every pair of (product, product looked at so many steps later)."""
        near = self.row[:-back] == self.row[back:]
        return self.column[:-back][near], self.column[back:][near]


def sessions_of(log: ShopLog, product: Ids, *, seed: int) -> Sessions:
    """The visits where there are enough; else the baskets, whose order means nothing and is drawn by lot."""
    visits = sessions_of_visits(log.visits, product)
    if len(visits) >= FEWEST or not len(log.purchases.product):
        return visits
    bought = log.purchases
    lot = np.random.default_rng(seed).permutation(len(bought.product))
    why = f"not enough visits ({len(visits)} of {FEWEST}): what is looked at follows what was bought"
    column = position(product, bought.product)[lot]
    return _sessions(bought.basket[lot], column, bought.day[lot], len(product), kind=BASKETS, why=why)


def sessions_of_visits(seen: Visits, product: Ids) -> Sessions:
    """The visits, however few; columns are places among the ascending products."""
    return _sessions(seen.visitor, position(product, seen.product), seen.day, len(product))


def _sessions(name: Ids, column: Ids, day: Floats, products: int, kind: str = VISITS, why: str = "") -> Sessions:
    """Without what the catalogue does not show, reloads, and sessions of one product or of more than a person sees."""
    shown = column >= 0
    name, column, day = name[shown], column[shown], day[shown]
    order = np.lexsort((np.arange(len(name)), name)) if kind == BASKETS else np.lexsort((day, name))
    name, column, day = name[order], column[order], day[order]
    fresh = np.ones(len(name), dtype=bool)
    fresh[1:] = (name[1:] != name[:-1]) | (column[1:] != column[:-1])
    name, column, day = name[fresh], column[fresh], day[fresh]
    _, row, size = np.unique(name, return_inverse=True, return_counts=True)
    end = np.full(len(size), -np.inf)
    np.maximum.at(end, row, day)
    turn = np.argsort(end, kind="stable")
    place = np.empty(len(turn), np.int64)
    place[turn] = np.arange(len(turn))
    order = np.argsort(place[row], kind="stable")
    every = Sessions(place[row][order].astype(np.int64), column[order], end[turn], products, kind, why)
    sizes = size[turn]
    return every.only((sizes > 1) & (sizes <= LONGEST))
