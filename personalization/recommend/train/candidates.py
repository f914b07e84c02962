"""From tables of evidence to a short list worth weighing: the best of every learner, and all that is known of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.learner import Detail, Learner
from personalization.recommend.train.log import Ids
from personalization.recommend.train.top import at_least

CELLS_AT_ONCE = 1_500_000  # of one table of evidence: about 6 MB, whatever the size of the shop
BARRED = np.float32(-1e9)
PLACE = "place_"


@dataclass(frozen=True, eq=False)
class Candidates:
    """One line per (row asked, column): its features, in the order of `names`."""

    row: Ids  # position among the asked rows, ascending
    column: Ids
    features: Scores
    names: tuple[str, ...]

    def only(self, lines: NDArray[Any]) -> "Candidates":
        """Some of the lines."""
        return Candidates(self.row[lines], self.column[lines], self.features[lines], self.names)

    def feature(self, name: str) -> Scores:
        """One feature of every line."""
        return self.features[:, self.names.index(name)]


def join(parts: Sequence[Candidates], *, rows: Sequence[int]) -> Candidates:
    """Candidates of successive blocks of rows as one; `rows` says where each block begins."""
    return Candidates(
        np.concatenate([part.row + start for part, start in zip(parts, rows, strict=True)]),
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.features for part in parts]),
        parts[0].names,
    )


def rows_at_once(products: int) -> int:
    """How many rows may be asked together within the bound on memory."""
    return max(1, CELLS_AT_ONCE // max(products, 1))


@dataclass(frozen=True, eq=False)
class Found:
    """All that the learners say of a block of rows, from which several lists may be drawn."""

    evidence: Mapping[str, Scores]
    depth: Mapping[str, int]

    @classmethod
    def ask(cls, learners: Sequence[Learner], rows: Ids, *, now_day: float) -> "Found":
        """Every learner's tables for these rows."""
        evidence: dict[str, Scores] = {}
        depth: dict[str, int] = {}
        for learner in learners:
            evidence |= learner.evidence(rows, now_day=now_day)
            depth |= learner.depth
        return cls(evidence, depth)

    def best(self, *, barred: NDArray[np.bool_] | None = None) -> Candidates:
        """The union of the best of each source, with all evidence and the place in each list."""
        row, column = np.nonzero(_union(self.evidence, self.depth, barred))
        values = [np.asarray(table[row, column], dtype=np.float32) for table in self.evidence.values()]
        places = [
            placed(row, np.asarray(self.evidence[name][row, column]), depth=depth) for name, depth in self.depth.items()
        ]
        names = (*self.evidence, *(PLACE + name for name in self.depth))
        features = np.stack([*values, *places], axis=1) if len(row) else np.empty((0, len(names)), np.float32)
        return Candidates(row, column, features, names)


def gather(
    learners: Sequence[Learner], rows: Ids, *, now_day: float, barred: NDArray[np.bool_] | None = None
) -> Candidates:
    """The union of what the learners bring for each row, with all their evidence and its place in the list."""
    return Found.ask(learners, rows, now_day=now_day).best(barred=barred)


def described(candidates: Candidates, details: Sequence[Detail], rows: Ids, *, now_day: float) -> Candidates:
    """The same lines with what the details tell of each; `rows` are the rows that were asked about."""
    more: dict[str, Scores] = {}
    for detail in details:
        more |= detail.about(rows[candidates.row], candidates.column, now_day=now_day)
    if not more:
        return candidates
    told = np.stack([np.asarray(values, dtype=np.float32) for values in more.values()], axis=1)
    return Candidates(
        candidates.row, candidates.column, np.concatenate([candidates.features, told], axis=1),
        (*candidates.names, *more),
    )  # fmt: skip


def _union(
    evidence: Mapping[str, Scores], depth: Mapping[str, int], barred: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    chosen = np.zeros(next(iter(evidence.values())).shape, dtype=bool)
    for name, count in depth.items():
        nothing = evidence[name].min(axis=1, keepdims=True, initial=0)
        table = evidence[name] if barred is None else np.where(barred, nothing, evidence[name])
        chosen |= (table >= at_least(table, count)) & (table > nothing)
    return chosen if barred is None else chosen & ~barred


def placed(row: Ids, score: Scores, *, depth: int) -> Scores:
    """1 for the best candidate of its row, falling like 1 / log2(1 + place): scores of all learners on one scale.

    0 from `depth` on: how far down the others stand depends on who else was brought, not on the source.
    """
    order = np.lexsort((-score, row))
    start = np.searchsorted(row, row)  # rows ascend, so each row's lines stand together
    place = np.empty(len(row), np.int64)
    place[order] = np.arange(len(row)) - start[order]
    nothing = (place >= depth) | (score <= 0 if bool((score >= 0).all()) else False)
    return np.where(nothing, 0.0, 1.0 / np.log2(place + 2.0)).astype(np.float32)
