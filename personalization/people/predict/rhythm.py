"""When somebody orders next: their own gaps between orders, with the shop's as what is thought of them beforehand.

Logarithms of gaps are normal about a mean of the person's own, and these means normal about the shop's (Lindley and
Smith 1972; the moments as in a one-way analysis of variance, Searle, Casella and McCulloch 1992, ch. 3):

    mean log gap = (k m + sum of own log gaps) / (k + n),   k = variance within people / variance between people

so the shop's rhythm m counts as k gaps. Of somebody silent for e days already, the next order is expected at the
median of the gaps longer than e.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

# With fewer gaps of their own nobody has a rhythm.
LEAST_GAPS = 2
# Who has left out so many turns has stopped, and no day is told.
MISSED_TURNS = 3


@dataclass(frozen=True)
class Gaps:
    """One row a customer: how many gaps between orders, the sum of their logarithms, and of those squared; in days."""

    number: Floats
    logs: Floats
    squares: Floats


@dataclass(frozen=True)
class Rhythm:
    """The shop's own rhythm: mean log gap, variance within people, and how many own gaps it weighs as much as."""

    mean: float
    within: float
    weight: float


def learn(gaps: Gaps) -> Rhythm | None:
    """From the people with a rhythm; None where there are too few to tell."""
    has = gaps.number >= LEAST_GAPS
    number, logs, squares = gaps.number[has], gaps.logs[has], gaps.squares[has]
    if len(number) < 2:
        return None
    means = logs / number
    within = max(float((squares - logs * means).sum() / (number - 1).sum()), 1e-4)
    between = max(float(means.var(ddof=1) - within * (1 / number).mean()), within / 100)
    return Rhythm(float(means.mean()), within, within / between)


def days_ahead(rhythm: Rhythm, gaps: Gaps, silent: Floats) -> Floats:
    """After how many days from now the next order is expected; nan where nobody can tell.

    `silent` is how many days the last order lies back.
    """
    usual = (rhythm.weight * rhythm.mean + gaps.logs) / (rhythm.weight + gaps.number)
    spread = np.sqrt(rhythm.within * (1 + 1 / (rhythm.weight + gaps.number)))
    passed = ndtr((np.log(np.maximum(silent, 0.5)) - usual) / spread)
    gap = np.exp(usual + spread * ndtri((1 + np.minimum(passed, 1 - 1e-9)) / 2))
    has_rhythm = (gaps.number >= LEAST_GAPS) & (silent <= MISSED_TURNS * np.exp(usual))
    return np.where(has_rhythm, np.maximum(gap - silent, 0.0), np.nan)
