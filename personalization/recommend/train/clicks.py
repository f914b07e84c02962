"""The next click: how much to believe each idea about it is learned from the shop's own newest visits.

What comes next is taken as a draw: from the visit's own products once more, from what is popular, or from one idea
about one of the last products. How often each is drawn from is found by expectation maximization: no constant of a
shop, and the whole is a list for each product and a weight for each step back, which a page can add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from personalization.recommend.train.answers import NOBODY, Neighbours, Scores
from personalization.recommend.train.click_sources import KEPT, Source, popularity_of, sources_of
from personalization.recommend.train.log import Floats, Ids, ShopLog
from personalization.recommend.train.sessions import Sessions, sessions_of
from personalization.recommend.train.settings import LearnSettings
from personalization.recommend.train.shop import Shop, position
from personalization.recommend.train.top import ROWS_AT_ONCE, best_columns, thin

STEPS = 5
ASKED, FEWEST_ASKED = 4000, 100
HELD_OUT = 0.15
ROUNDS = 100
SCALE = 1000.0  # tables keep six digits
CELLS = 1_500_000
BUDGET = 0.1  # of the seconds of a training
SECONDS_A_LOOK = {True: 6e-5, False: 2.5e-5}  # with item2vec and without, everything learned twice
WHOLE_VISIT, STEP_WEIGHTS = 0, -1  # rows of the table that are about no product


@dataclass(frozen=True, eq=False)
class Weights:
    """Of each idea, of each step back, of coming back to what was seen then, and of what is popular."""

    ideas: Mapping[str, float]
    steps: Floats
    again: Floats
    popular: Mapping[str, float]

    @classmethod
    def even(cls, ideas: Sequence[str], popular: Sequence[str]) -> "Weights":
        """Before anything was seen: the last product says the most."""
        fading = 1.0 / np.arange(1.0, STEPS + 1)
        few = dict.fromkeys(popular, 0.1 / len(popular))
        return cls(dict.fromkeys(ideas, 1.0 / len(ideas)), fading / fading.sum(), np.zeros(STEPS), few)

    def stored(self) -> dict[str, Any]:
        """As a run keeps them."""
        return {
            "ideas": {name: round(one, 4) for name, one in self.ideas.items()},
            "steps": self.steps.round(4).tolist(),
            "again": self.again.round(4).tolist(),
            "popular": {name: round(one, 4) for name, one in self.popular.items()},
        }


@dataclass(frozen=True, eq=False)
class Clicks:
    """All that is needed to go on from a visit: exactly what a shop stores."""

    product: Ids
    lists: sparse.csr_matrix
    popular: Scores
    weights: Weights
    facts: Mapping[str, Any]

    def next_clicks(self, sessions: Sequence[Ids], k: int) -> tuple[Ids, Scores]:
        """Of each visit, oldest first, what comes next: products and scores [sessions, k], best first, -1 padded."""
        found = np.full((len(sessions), k), NOBODY, np.int64)
        score = np.zeros((len(sessions), k), np.float32)
        step = max(1, CELLS // max(len(self.product), 1))
        for start in range(0, len(sessions), step):
            table = self._scores(sessions[start : start + step])
            best = best_columns(table, k)
            top = np.take_along_axis(table, best, axis=1)
            place = slice(start, start + len(table)), slice(0, best.shape[1])
            found[place], score[place] = np.where(top > 0, self.product[best], NOBODY), top
        return found, score

    def neighbours(self) -> Neighbours:
        """The lists as they are stored; row 0 is what an empty visit gets, row -1 the weight of each step back."""
        count = len(self.product)
        answer = np.full((count + 2, KEPT), NOBODY, np.int64), np.zeros((count + 2, KEPT), np.float32)
        entry = np.arange(self.lists.nnz) - np.repeat(self.lists.indptr[:-1], np.diff(self.lists.indptr))
        row = np.repeat(np.arange(count), np.diff(self.lists.indptr))
        order = np.lexsort((self.lists.indices, -self.lists.data, row))
        answer[0][row, entry] = self.product[self.lists.indices[order]]
        answer[1][row, entry] = self.lists.data[order]
        best = best_columns(self.popular[None, :], KEPT)[0]
        best = best[self.popular[best] > 0]
        answer[0][count, : len(best)], answer[1][count, : len(best)] = self.product[best], self.popular[best]
        answer[0][count + 1, :STEPS], answer[1][count + 1, :STEPS] = np.arange(1, STEPS + 1), self.weights.steps
        names = np.concatenate([self.product, [WHOLE_VISIT, STEP_WEIGHTS]]).astype(np.int64)
        return Neighbours(names, *answer, np.zeros(answer[0].shape, np.int32))

    def _scores(self, sessions: Sequence[Ids]) -> Scores:
        row, step, column = stepped([position(self.product, visit) for visit in sessions])
        shape = (len(sessions), len(self.product))
        visit = sparse.csr_matrix((self.weights.steps[step], (row, column)), shape=shape)
        again = sparse.csr_matrix((SCALE * self.weights.again[step], (row, column)), shape=shape)
        return np.asarray((visit @ self.lists + again).toarray() + self.popular, dtype=np.float32)


def learn_clicks(log: ShopLog, shop: Shop, bought: sparse.csr_matrix, *, settings: LearnSettings) -> Clicks:
    """Fit on the older sessions, weigh on the newest, fit again on all; calm in an empty shop."""
    seconds = BUDGET * settings.seconds
    sessions = sessions_of(log, shop.product, seed=settings.seed)
    embed = _has_time_to_embed(len(sessions.row), settings=settings)
    every = sessions.newest(int(seconds / SECONDS_A_LOOK[embed]))
    facts: dict[str, Any] = {"kind": sessions.kind, "why": sessions.why, "sessions": len(every), "item2vec": embed}
    facts["left_out"] = len(sessions) - len(every)

    def learned(part: Sessions) -> Mapping[str, Source]:
        return sources_of(part, shop, bought, embed=embed, seed=settings.seed)

    is_new = np.arange(len(every)) >= int((1.0 - HELD_OUT) * len(every))
    older, newest = every.only(~is_new), every.only(is_new)
    weights, asked = None, np.flatnonzero(np.diff(newest.row, prepend=-1) == 0)
    if settings.tune and len(asked) >= FEWEST_ASKED:
        weights = _weigh(learned(older), popularity_of(older), newest, asked, seed=settings.seed)
    sources, popular = learned(every), popularity_of(every)
    weights = weights or Weights.even(list(sources), list(popular))
    facts |= {"asked": min(len(asked), ASKED)} | weights.stored()
    share = SCALE * sum((weights.popular[name] * table for name, table in popular.items()), np.zeros(shop.products))
    return Clicks(shop.product, _lists(sources, weights, shop.products), _best_only(share), weights, facts)


def cost(looks: int, *, settings: LearnSettings) -> float:
    """Expected seconds; of more looks than the budget allows for the newest are learned."""
    embed = _has_time_to_embed(looks, settings=settings)
    return min(looks * SECONDS_A_LOOK[embed], BUDGET * settings.seconds)


def _has_time_to_embed(looks: int, *, settings: LearnSettings) -> bool:
    return settings.item2vec and looks * SECONDS_A_LOOK[True] < BUDGET * settings.seconds


def stepped(visits: Sequence[Ids]) -> tuple[Ids, Ids, Ids]:
    """Of each visit its last different products: (visit, steps back from 0, column)."""
    found = [
        (row, step, column)
        for row, visit in enumerate(visits)
        for step, column in enumerate(list(dict.fromkeys(visit[visit >= 0][::-1].tolist()))[:STEPS])
    ]
    row, step, column = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return row, step, column


def _weigh(
    sources: Mapping[str, Source], popular: Mapping[str, Floats], newest: Sessions, asked: Ids, *, seed: int
) -> Weights:
    if len(asked) > ASKED:
        asked = np.sort(np.random.default_rng(seed).choice(asked, ASKED, replace=False))
    start = np.searchsorted(newest.row, newest.row[asked])
    row, step, column = stepped([newest.column[first:end] for first, end in zip(start, asked, strict=True)])
    truth = newest.column[asked]
    said = np.zeros((len(asked), len(sources), STEPS))
    for number, source in enumerate(sources.values()):
        said[row, number, step] = source.cells(column, truth[row])
    again = np.zeros((len(asked), STEPS))
    again[row, step] = column == truth[row]
    shares = np.stack([table[truth] for table in popular.values()], axis=1)
    return _drawn(said, again, shares, list(sources), list(popular))


def _drawn(said: Floats, again: Floats, shares: Floats, ideas: list[str], popular: list[str]) -> Weights:
    """Expectation maximization; how much an idea is worth does not hang on the step, nor the other way round."""
    idea, step = np.full(len(ideas), 1.0 / len(ideas)), np.full(STEPS, 1.0 / STEPS)
    back, liked, most = np.full(STEPS, 0.1 / STEPS), np.full(len(popular), 0.1 / len(popular)), 0.8
    for _ in range(ROUNDS):
        parts = said * (most * idea[:, None] * step), again * back, shares * liked
        total = sum(part.reshape(len(said), -1).sum(axis=1) for part in parts)
        blame = np.divide(1.0, total, out=np.zeros(len(said)), where=total > 0)
        of_ideas = np.tensordot(blame, parts[0], axes=1) / max(int((total > 0).sum()), 1)
        back, liked = (blame @ part / max(int((total > 0).sum()), 1) for part in parts[1:])
        liked = liked + 1.0 / (len(said) * len(popular))  # one click of all: an empty visit needs an answer too
        most = max(float(of_ideas.sum()), 1e-9)
        idea, step = of_ideas.sum(axis=1) / most, of_ideas.sum(axis=0) / most
    names = dict(zip(ideas, idea.tolist(), strict=True))
    return Weights(names, most * step, back, dict(zip(popular, liked.tolist(), strict=True)))


def _lists(sources: Mapping[str, Source], weights: Weights, products: int) -> sparse.csr_matrix:
    blocks = []
    for start in range(0, products, ROWS_AT_ONCE):
        columns = np.arange(start, min(start + ROWS_AT_ONCE, products))
        block = sparse.csr_matrix((len(columns), products), dtype=np.float32)
        for name, source in sources.items():
            if weights.ideas[name] > 0:
                block = block + source.rows(columns) * (SCALE * weights.ideas[name])
        row = np.repeat(columns, np.diff(block.indptr))
        block.data[block.indices == row] = 0.0
        block.eliminate_zeros()
        blocks.append(thin(sparse.csr_matrix(block), keep=KEPT))
    return sparse.csr_matrix(sparse.vstack(blocks)) if blocks else sparse.csr_matrix((0, 0), dtype=np.float32)


def _best_only(share: Floats) -> Scores:
    """What stands in the stored list of an empty visit; nothing for the rest."""
    kept = np.zeros(len(share), np.float32)
    best = best_columns(share[None, :].astype(np.float32), KEPT)[0]
    kept[best] = share[best]
    return kept
