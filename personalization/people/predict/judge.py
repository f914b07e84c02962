"""How good a prediction was on a time that it had not seen: against the plainest guess, and by tenths of the people.

The plain guess is the strongest constant there is, told only afterwards: the same for everybody, and right in the sum.
What does not come nearer than that is not shown.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
PARTS = 10
SURE = 1.959964  # normal quantile: 95 of 100


@dataclass(frozen=True)
class Verdict:
    """What the admin tells of a prediction; `why` it is not shown is a word that the page knows, or empty."""

    why: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    points: list[dict[str, float]] = field(default_factory=list)

    @property
    def is_shown(self) -> bool:
        """It is good enough to be put into profiles."""
        return not self.why

    def stored(self) -> dict[str, Any]:
        """As plain values."""
        return {"is_shown": self.is_shown, "why": self.why, "figures": self.figures, "points": self.points}


def of_chances(predicted: Floats, happened: NDArray[np.bool_]) -> Verdict:
    """Of the chance that something happens: by the Brier score (1950)."""
    actual = happened.astype(float)
    figures = {
        "people": float(len(actual)), "predicted": float(predicted.mean()), "actual": float(actual.mean()),
        "auc": auc(predicted, happened), "error": float(((predicted - actual) ** 2).mean()),
        "plain": float(actual.var()),
    }  # fmt: skip
    return _judged(figures, _points(predicted, actual, _share_band))


def of_amounts(predicted: Floats, actual: Floats) -> Verdict:
    """Of how many or how much: by the squared error."""
    figures = {
        "people": float(len(actual)), "predicted": float(predicted.sum()), "actual": float(actual.sum()),
        "auc": auc(predicted, actual > 0), "error": float(((predicted - actual) ** 2).mean()),
        "plain": float(actual.var()),
    }  # fmt: skip
    return _judged(figures, _points(predicted, actual, _mean_band))


def of_days(predicted: Floats, plain: Floats, actual: Floats) -> Verdict:
    """Of a day, by the days that one is wrong; the plain guess is the shop's usual gap for everybody.

    A day is the middle one of those on which it may be, so tenths are compared by their middle one too.
    """
    figures = {
        "people": float(len(actual)), "predicted": float(predicted.mean()), "actual": float(actual.mean()),
        "error": float(np.abs(predicted - actual).mean()), "plain": float(np.abs(plain - actual).mean()),
    }  # fmt: skip
    return _judged(figures, _points(predicted, actual, _median_band, middle=np.median))


def shares_by_tenths(predicted: Floats, actual: Floats) -> list[dict[str, float]]:
    """For the picture of chances: `actual` is 1 of whom it happened to, and 0 of others."""
    return _points(predicted, actual, _share_band)


def auc(score: Floats, happened: NDArray[np.bool_]) -> float:
    """How often one of those to whom it happened stands before one to whom it did not (Mann and Whitney 1947)."""
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return 0.5
    return float((rankdata(score)[happened].sum() - yes * (yes + 1) / 2) / (yes * no))


def _judged(figures: dict[str, float], points: list[dict[str, float]]) -> Verdict:
    is_better = figures["error"] < figures["plain"]
    return Verdict("" if is_better else "no_better", figures, points)


def _points(predicted: Floats, actual: Floats, band: Any, middle: Any = np.mean) -> list[dict[str, float]]:
    """The people in tenths, by what was predicted for them: what was, and what came, with its band."""
    parts = [part for part in np.array_split(np.argsort(predicted, kind="stable"), PARTS) if len(part)]
    return [
        {"people": float(len(part)), "predicted": float(middle(predicted[part])), "actual": float(middle(actual[part]))}
        | dict(zip(("low", "high"), band(actual[part]), strict=True))
        for part in parts
    ]


def _share_band(actual: Floats) -> tuple[float, float]:
    # Wilson (1927): honest near 0 and 1 too.
    n, share = len(actual), float(actual.mean())
    middle, width = share + SURE**2 / (2 * n), SURE * np.sqrt(share * (1 - share) / n + SURE**2 / (4 * n * n))
    return float((middle - width) / (1 + SURE**2 / n)), float((middle + width) / (1 + SURE**2 / n))


def _mean_band(actual: Floats) -> tuple[float, float]:
    width = SURE * float(actual.std()) / np.sqrt(len(actual))
    return max(float(actual.mean()) - width, 0.0), float(actual.mean()) + width


def _median_band(actual: Floats) -> tuple[float, float]:
    # By ranks, whatever the law: a few who come back after months say nothing about the usual one.
    ranked, half = np.sort(actual), SURE * np.sqrt(len(actual)) / 2
    low, high = max(int(len(actual) / 2 - half), 0), min(int(np.ceil(len(actual) / 2 + half)), len(actual) - 1)
    return float(ranked[low]), float(ranked[high])
