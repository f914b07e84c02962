"""The small pictures of a scorecard: where ours and best sellers stand, with their ranges, in units of the drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from personalization.recommend.scorecards.wording import figure_name, figure_told

WIDTH, HEIGHT = 360, 64
LEFT, RIGHT = 8, 76  # to the right stands the number
OURS, BEST = 18, 46


@dataclass(frozen=True)
class Mark:
    """One side: its middle and its band on the line, and the number beside it."""

    at: float
    low: float
    high: float
    y: int
    label: str


@dataclass(frozen=True)
class Picture:
    """One figure of one strategy."""

    name: str
    ours: Mark
    best: Mark
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    label_at: int = WIDTH - RIGHT + 10

    @property
    def told(self) -> str:
        """The same in words, for those who hear the page."""
        return f"{self.name}: {self.ours.label}; {self.best.label}"


def picture_of(name: str, sides: Mapping[str, Any], *, top: float) -> Picture:
    """One figure drawn from nought to `top`."""
    return Picture(figure_name(name), _mark(name, sides["ours"], top, OURS), _mark(name, sides["best"], top, BEST))


def top_of(name: str, entries: list[Mapping[str, Any]]) -> float:
    """The end of the scale that all entries share, so that their pictures can be compared."""
    ends = [entry["figures"][name][side]["high"] for entry in entries for side in ("ours", "best")
            if name in entry.get("figures", {})]  # fmt: skip
    return max([*map(float, ends), 1e-9])


def _mark(name: str, side: Mapping[str, float], top: float, y: int) -> Mark:
    at, low, high = (_x(side[part], top) for part in ("mean", "low", "high"))
    return Mark(at, low, high, y, figure_told(name, side["mean"]))


def _x(value: float, top: float) -> float:
    return round(LEFT + max(0.0, min(value / top, 1.0)) * (WIDTH - LEFT - RIGHT), 1)
