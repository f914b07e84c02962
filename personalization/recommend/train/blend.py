"""How much to believe each learner: decided by what was really bought in the shop's own last weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from personalization.recommend.train.answers import Scores
from personalization.recommend.train.candidates import Candidates
from personalization.recommend.train.log import Floats, Ids
from personalization.recommend.train.plain import Alone, Prior, unfitted
from personalization.recommend.train.ranker import CHANCE, MISSING, ORDER, Ranker, sizes_of
from personalization.recommend.train.ranker import is_there as ranker_is_there

NEGATIVES = 60  # candidates not bought that are kept for a case: more adds time, not quality
FEWEST_BOUGHT = 50  # with fewer examples than this no weights can be found
FEWEST_TO_COMPARE = 15  # and with fewer than this nothing can be told apart at all, so the prior stays
DEPTH = 10
LINEAR_SHARE = 0.5
CONTEST_NEGATIVES = 40  # enough to tell which kind of blend suits the shop
FEWEST_FOR_RANKER = 200
ROUNDS = 120
# While it sorts features into bins, scikit-learn swaps the warning filters of the whole process: two at once find none.
BINNING = Lock()
LENGTHS = (0.3, 0.6, 1.0)  # of the rounds: how long to learn is the newest window's decision


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
        kept = worth_keeping(self.candidates.row, self.bought, negatives=negatives, chance=np.random.default_rng(seed))
        return Examples(self.candidates.only(kept), self.bought[kept])


def worth_keeping(
    row: Ids, bought: NDArray[np.bool_], *, negatives: int, chance: np.random.Generator
) -> NDArray[np.bool_]:
    """Which lines teach: all that was bought and so many of the rest, from the cases where anything was."""
    if not len(row):
        return bought
    drawn = chance.random(len(row)) * np.bincount(row)[row] < negatives
    lucky = np.bincount(row, bought)[row] > 0
    return lucky & (bought | drawn)


def one_thread() -> threadpool_limits:
    """Trees wait for each of their threads at every split: beside a busy shop two of them are thirty times slower."""
    return threadpool_limits(limits=1)


class Blend(Protocol):
    """Turns what is known of candidates into one score each."""

    def scores(self, candidates: Candidates) -> Floats:
        """The higher, the sooner bought."""


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
        with BINNING, one_thread():
            return cls(model.fit(features, bought))

    def scores(self, candidates: Candidates) -> Floats:
        """The log-odds of being bought; of nobody and nothing, none."""
        if not len(candidates.features):
            return np.empty(0)
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


Rival = Prior | Alone | Linear | Trees | Mixed | Ranker


@dataclass(frozen=True, eq=False)
class Choice:
    """The blend that a task is served with, how well each rival did on the newest window, and why it was this one."""

    blend: Blend
    kind: str
    marks: Mapping[str, float]
    why: str

    def scores(self, candidates: Candidates) -> Floats:
        """What the chosen blend says."""
        return self.blend.scores(candidates)

    def stored(self) -> dict[str, Any]:
        """As a run keeps it."""
        return {
            "kind": self.kind,
            "why": self.why,
            "marks": {name: round(mark, 4) for name, mark in self.marks.items()},
        }


def choose(windows: Sequence[Examples], *, seed: int, rounds: int = ROUNDS) -> Choice:
    """The blend that ranks the newest window best when shown only the older ones, then shown them all.

    With one window, its cases are dealt into two halves instead.
    """
    windows = [window for window in windows if window.bought.any()]
    if sum(int(window.bought.sum()) for window in windows) < FEWEST_BOUGHT:
        return _plainest(windows)
    older, newest = (windows[:-1], windows[-1]) if len(windows) > 1 else _halves(windows[0])
    shown = _Shown.of(older, negatives=CONTEST_NEGATIVES, seed=seed)
    if not shown.bought.any() or shown.bought.all():
        return Choice(Prior(), "prior", {}, "the older weeks held out tell nothing apart")
    rivals, why = _rivals(shown, newest, seed=seed, rounds=rounds)
    marks = {name: _mark(rival, newest) for name, rival in rivals.items()}
    kind = max(marks, key=lambda name: marks[name])
    every = _Shown.of(windows, negatives=NEGATIVES, seed=seed)
    return Choice(_refitted(rivals[kind], every, seed=seed), kind, marks, why)


def _plainest(windows: Sequence[Examples]) -> Choice:
    """Of what needs no weights the best, by all windows at once: nothing was learned from them."""
    why = "too few purchases in the weeks held out"
    if sum(int(window.bought.sum()) for window in windows) < FEWEST_TO_COMPARE:
        return Choice(Prior(), "prior", {}, why)
    rivals: dict[str, Rival] = {**unfitted(windows[0].candidates.names)}
    marks = {name: float(np.mean([_mark(rival, window) for window in windows])) for name, rival in rivals.items()}
    kind = max(marks, key=lambda name: marks[name])
    return Choice(rivals[kind], kind, marks, why)


def _rivals(shown: "_Shown", newest: Examples, *, seed: int, rounds: int) -> tuple[dict[str, Rival], str]:
    """The ranker against the simple blends; where it is not there or beaten, trees and the mixture as well."""
    linear = Linear.fit(shown.features, shown.bought, seed=seed)
    simple: dict[str, Rival] = {**unfitted(newest.candidates.names), "linear": linear}
    why = _why_no_ranker(shown)
    if not why:
        both = Ranker.fit(*shown, rounds=rounds, seed=seed, kinds=(ORDER, CHANCE))
        rankers = [_best_length(ranker, newest) for ranker in (both.only(ORDER), both)]
        best = max(_mark(ranker, newest) for ranker in rankers)
        simple |= dict(zip(("ranker", "ranker and chances"), rankers, strict=True))
        if all(best > _mark(rival, newest) for rival in simple.values() if not isinstance(rival, Ranker)):
            return simple, "the ranker was best on the newest weeks"
        why = "a simpler blend ranked the newest weeks better"
    trees = Trees.fit(shown.features, shown.bought, seed=seed)
    return simple | {"trees": trees, "mixed": Mixed(trees, linear)}, why


def _why_no_ranker(shown: "_Shown") -> str:
    if not ranker_is_there():
        return f"LightGBM cannot be used here: {MISSING}"
    if int(shown.bought.sum()) < FEWEST_FOR_RANKER:
        return "too few purchases for a ranker"
    return ""


def _best_length(ranker: Ranker, newest: Examples) -> Ranker:
    """As many trees as the newest window bears: a small shop is learned by heart soon."""
    lengths = [ranker.shortened(max(1, round(ranker.rounds * part))) for part in LENGTHS]
    return max(lengths, key=lambda one: _mark(one, newest))


def _refitted(rival: Rival, every: "_Shown", *, seed: int) -> Rival:
    if isinstance(rival, Ranker):
        grown = Ranker.fit(*every, rounds=rival.rounds, seed=seed, kinds=(ORDER, *rival.kinds))
        return grown.told_as_chances(every.features, every.bought)
    return rival if isinstance(rival, (Prior, Alone)) else rival.fit(every.features, every.bought, seed=seed)


class _Shown(NamedTuple):
    """Examples of several windows, thinned and laid one after another."""

    features: Scores
    bought: NDArray[np.bool_]
    sizes: Ids

    @classmethod
    def of(cls, windows: Sequence[Examples], *, negatives: int, seed: int) -> "_Shown":
        thin = [window.thinned(negatives=negatives, seed=seed + number) for number, window in enumerate(windows)]
        return cls(
            np.concatenate([part.candidates.features for part in thin]),
            np.concatenate([part.bought for part in thin]),
            sizes_of([part.candidates.row for part in thin]),
        )


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
