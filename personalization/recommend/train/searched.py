"""What only a shop's own past can say of its learners: how slowly interest fades there, how far taste may be trusted.

Each value is tried by the learners that it matters to most, alone, on the oldest weeks that the practice asks about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import sparse

from personalization.recommend import yardstick
from personalization.recommend.train.answers import Scores
from personalization.recommend.train.candidates import rows_at_once
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.peers import Peers
from personalization.recommend.train.repeat import Repeat
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop
from personalization.recommend.train.taste import Taste
from personalization.recommend.train.top import best_columns

PACES = (0.5, 2.0, 4.0, 8.0)
PENALTIES = (10.0, 1000.0)
ASKED = 600  # shoppers: enough to tell apart what differs by a twentieth
VALUES = len(PACES) + len(PENALTIES) + 2  # the usual ones are asked too
K = 10

Ask = Callable[[Ids], Scores]


@dataclass(frozen=True)
class Searched:
    """The values found, and how each did beside the usual one: its mark is 1."""

    pace: float = 1.0
    taste_penalty: float = 100.0
    marks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def within(self, settings: LearnSettings) -> LearnSettings:
        """The settings that the learners work with."""
        return replace(settings, pace=self.pace, taste_penalty=self.taste_penalty)

    def stored(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {"pace": self.pace, "taste_penalty": self.taste_penalty, "marks": self.marks}


@dataclass(frozen=True, eq=False)
class Questions:
    """Rows to ask about, and for each task what was then bought: [rows, products]."""

    rows: Ids
    truths: Mapping[str, sparse.csr_matrix]


def usual(settings: LearnSettings) -> Searched:
    """Nothing was searched for."""
    return Searched(settings.pace, settings.taste_penalty)


def search(shop: Shop, asked: Questions, *, settings: LearnSettings, day: float) -> Searched:
    """Pace first, for taste is learned at it. Calm where nothing can be told: then the usual values stay."""

    def fading(pace: float) -> Mapping[str, Ask]:
        paced = shop.at_pace(pace)
        habit, peers = Repeat.learn(paced), Peers.learn(paced, seed=settings.seed)
        return {
            "next": lambda rows: habit.evidence(rows, now_day=day)["repeat_60"],
            "novel": lambda rows: peers.evidence(rows, now_day=day)["peers"],
        }

    pace, pace_marks = _best(fading, (settings.pace, *PACES), shop, asked)
    paced = shop.at_pace(pace)

    def tasting(penalty: float) -> Mapping[str, Ask]:
        taste = Taste.learn(paced, seed=settings.seed, penalty=penalty)
        return {
            "next": lambda rows: taste.evidence(rows, now_day=day)["taste_recent"],
            "novel": lambda rows: taste.evidence(rows, now_day=day)["taste"],
        }

    penalty, penalty_marks = _best(tasting, (settings.taste_penalty, *PENALTIES), shop, asked)
    return Searched(pace, penalty, {"pace": pace_marks, "taste_penalty": penalty_marks})


def _best(
    learn: Callable[[float], Mapping[str, Ask]], values: tuple[float, ...], shop: Shop, asked: Questions
) -> tuple[float, dict[str, float]]:
    """The best value, unless the first, which is the usual one, does as well within a standard error.

    That rule is of Breiman, Friedman, Olshen and Stone, 1984.
    """
    tables = {value: _by_case(learn(value), shop, asked) for value in values}
    level = tables[values[0]].mean(axis=0)
    if not (level > 0).any():
        return values[0], {}
    # The tasks weigh alike, each beside what the usual value reaches.
    found = {value: (table[:, level > 0] / level[level > 0]).mean(axis=1) for value, table in tables.items()}
    marks = {value: float(by_case.mean()) for value, by_case in found.items()}
    best = max(values, key=lambda value: marks[value])
    gain = found[best] - found[values[0]]
    is_plain = gain.mean() > gain.std() / np.sqrt(len(gain))
    return best if is_plain else values[0], {f"{value:g}": round(mark, 3) for value, mark in marks.items()}


def _by_case(asks: Mapping[str, Ask], shop: Shop, asked: Questions) -> Floats:
    """NDCG@10, [shoppers, tasks]; what a shopper has already is no answer to "novel"."""
    marks: list[Floats] = []
    for task, ask in asks.items():
        truth = asked.truths[task]
        lists = np.concatenate([_lists(task, ask, shop, some) for some in _blocks(asked.rows, shop)] or [_NOTHING])
        wanted = [set(truth.indices[truth.indptr[row] : truth.indptr[row + 1]].tolist()) for row in range(len(lists))]
        marks.append(yardstick.ndcg(lists, wanted, k=lists.shape[1]))
    return np.column_stack(marks) if len(asked.rows) else np.zeros((1, len(marks)))


_NOTHING = np.empty((0, K), np.int64)


def _blocks(rows: Ids, shop: Shop) -> list[Ids]:
    step = rows_at_once(shop.products)
    return [rows[start : start + step] for start in range(0, len(rows), step)]


def _lists(task: str, ask: Ask, shop: Shop, rows: Ids) -> Ids:
    scores = np.array(ask(rows))
    if task == "novel":
        scores[shop.by_shopper[rows].toarray() > 0] = -np.inf
    return best_columns(scores, K)
