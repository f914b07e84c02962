"""How much to believe each learner: decided by what was really bought in the shop's own last weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.candidates import PLACE, Candidates
from personalization.recommend.train.log import Floats, Ids

NEGATIVES = 60  # candidates not bought that are kept for a case: more adds time, not quality
FEWEST_BOUGHT = 50  # with fewer examples than this nothing can be told apart, so the prior stays
DEPTH = 10
LINEAR_SHARE = 0.5
CONTEST_NEGATIVES = 20  # enough to tell which kind of blend suits the shop


@dataclass(frozen=True, eq=False)
class Examples:
    """Candidates of some cases of the past, and which of them were then bought."""

    candidates: Candidates
    bought: NDArray[np.bool_]

    @classmethod
    def none(cls) -> "Examples":
        """No examples at all."""
        nothing = np.empty(0, np.int64)
        return cls(Candidates(nothing, nothing, np.empty((0, 0), np.float32), ()), np.empty(0, dtype=bool))

    def thinned(self, *, negatives: int, seed: int) -> "Examples":
        """All that was bought and a few of the rest, from the cases where anything was."""
        row = self.candidates.row
        size = np.bincount(row)[row] if len(row) else row
        lucky = np.bincount(row, self.bought)[row] > 0 if len(row) else self.bought
        drawn = np.random.default_rng(seed).random(len(row)) * size < negatives
        kept = lucky & (self.bought | drawn)
        return Examples(self.candidates.only(kept), self.bought[kept])


def one_thread() -> threadpool_limits:
    """Trees wait for each of their threads at every split: beside a busy shop two of them are thirty times slower."""
    return threadpool_limits(limits=1)


class Blend(Protocol):
    """Turns what is known of candidates into one score each."""

    def scores(self, candidates: Candidates) -> Floats:
        """The higher, the sooner bought."""


@dataclass(frozen=True)
class Prior:
    """Every learner's ranking counts the same: what is believed before anything was seen."""

    def scores(self, candidates: Candidates) -> Floats:
        """The mean place."""
        places = [number for number, name in enumerate(candidates.names) if name.startswith(PLACE)]
        return np.asarray(candidates.features[:, places].mean(axis=1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Linear:
    """A logistic regression over scores and places: needs little to learn from."""

    middle: Scores
    spread: Scores
    weight: Floats

    @classmethod
    def fit(cls, features: Scores, bought: NDArray[np.bool_], *, seed: int) -> "Linear":
        """Find the weights."""
        middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
        found = LogisticRegression(C=0.1, max_iter=300, random_state=seed).fit((features - middle) / spread, bought)
        return cls(middle, spread, found.coef_[0])

    def scores(self, candidates: Candidates) -> Floats:
        """The weighted sum."""
        return np.asarray(((candidates.features - self.middle) / self.spread) @ self.weight, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Trees:
    """Gradient-boosted trees: see that a due repeat outweighs any taste, or that a trend matters in some categories."""

    model: Any

    @classmethod
    def fit(cls, features: Scores, bought: NDArray[np.bool_], *, seed: int) -> "Trees":
        """Grow the trees; a third of the features at each split, so that no learner is leant on alone."""
        model = HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.05, max_leaf_nodes=31, min_samples_leaf=100, l2_regularization=50.0,
            max_features=0.3, early_stopping=False, random_state=seed,
        )  # fmt: skip
        with one_thread():
            return cls(model.fit(features, bought))

    def scores(self, candidates: Candidates) -> Floats:
        """The log-odds of being bought."""
        with one_thread():
            return np.asarray(self.model.decision_function(candidates.features), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Mixed:
    """Trees, steadied by the linear blend, which goes wrong in other places."""

    trees: Trees
    linear: Linear

    @classmethod
    def fit(cls, features: Scores, bought: NDArray[np.bool_], *, seed: int) -> "Mixed":
        """Fit both on the same examples."""
        return cls(Trees.fit(features, bought, seed=seed), Linear.fit(features, bought, seed=seed))

    def scores(self, candidates: Candidates) -> Floats:
        """Both are log-odds, so they may be added."""
        return self.trees.scores(candidates) + LINEAR_SHARE * self.linear.scores(candidates)


def choose(windows: Sequence[Examples], *, seed: int) -> Blend:
    """The blend that ranks the newest window best when shown only the older ones, then shown them all.

    With one window, its cases are dealt into two halves instead.
    """
    windows = [window for window in windows if window.bought.any()]
    if sum(int(window.bought.sum()) for window in windows) < FEWEST_BOUGHT:
        return Prior()
    older, newest = (windows[:-1], windows[-1]) if len(windows) > 1 else _halves(windows[0])
    shown = _stacked(older, negatives=CONTEST_NEGATIVES, seed=seed)
    if not shown[1].any() or shown[1].all():
        return Prior()
    mixed = Mixed.fit(*shown, seed=seed)
    rivals: list[Prior | Linear | Trees | Mixed] = [Prior(), mixed.linear, mixed.trees, mixed]
    best = max(rivals, key=lambda rival: _mark(rival, newest))
    return best if isinstance(best, Prior) else best.fit(*_stacked(windows, negatives=NEGATIVES, seed=seed), seed=seed)


def _stacked(windows: Sequence[Examples], *, negatives: int, seed: int) -> tuple[Scores, NDArray[np.bool_]]:
    thin = [window.thinned(negatives=negatives, seed=seed + number) for number, window in enumerate(windows)]
    return np.concatenate([part.candidates.features for part in thin]), np.concatenate([part.bought for part in thin])


def _halves(window: Examples) -> tuple[list[Examples], Examples]:
    odd = window.candidates.row % 2 == 1
    first, second = (Examples(window.candidates.only(half), window.bought[half]) for half in (~odd, odd))
    return [first], second


def _mark(blend: Blend, examples: Examples) -> float:
    """Mean NDCG@10 over the cases, against the best order of these very candidates."""
    row, bought = examples.candidates.row, examples.bought
    gain = _discounted(row, blend.scores(examples.candidates), bought)
    ideal = _discounted(row, bought.astype(np.float64), bought)
    return float(np.mean(gain[ideal > 0] / ideal[ideal > 0])) if (ideal > 0).any() else 0.0


def _discounted(row: Ids, scores: Floats, bought: NDArray[np.bool_]) -> Floats:
    order = np.lexsort((-scores, row))
    place = np.arange(len(row)) - np.searchsorted(row, row)
    gain = np.where((place < DEPTH) & bought[order], 1.0 / np.log2(place + 2.0), 0.0)
    return np.bincount(row, gain).astype(np.float64)
