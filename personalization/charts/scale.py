"""From values to places in a drawing, and the round numbers that stand at an axis."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

Told = Callable[[float], str]


@dataclass(frozen=True)
class Tick:
    """A mark at an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` lie between two places of the drawing; what lies beyond is drawn at the end."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where the value is drawn."""
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return round(self.start + min(max(share, 0.0), 1.0) * (self.end - self.start), 1)

    def ticks(self, told: Told, *, about: int = 4) -> list[Tick]:
        """Round numbers along it, about so many."""
        step = round_step((self.high - self.low) / max(about, 1))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [Tick(self.at(number * step), told(number * step)) for number in range(first, last + 1)]


def round_step(width: float) -> float:
    """1, 2 or 5 with noughts, the nearest from above."""
    if width <= 0 or not math.isfinite(width):
        return 1.0
    unit = 10.0 ** math.floor(math.log10(width))
    return next(unit * one for one in (1, 2, 5, 10) if unit * one >= width * (1 - 1e-9))


def round_top(value: float, *, about: int = 4) -> float:
    """The round number at which an axis ends that has room for this value."""
    step = round_step(max(value, 1e-9) / about)
    return step * math.ceil(value / step - 1e-9) if value > 0 else step * about


def number_told(value: float) -> str:
    """A number with as many decimals as it needs to be told from its neighbours."""
    if value == 0 or abs(value) >= 100 or value == int(value):
        return number_format(round(value), force_grouping=True)
    decimals = 1 if abs(value) >= 10 else 2
    return number_format(round(value, decimals), decimal_pos=decimals)


def share_told(value: float) -> str:
    """A share of one, in hundredths."""
    return _("%(n)s %%") % {"n": number_format(round(value * 100))}


def fine_share_told(value: float) -> str:
    """A share of one, in hundredths; what is less than a tenth with a digit more."""
    if not 0 < value < 0.0995:
        return share_told(value)
    return _("%(n)s %%") % {"n": number_format(round(value * 100, 1), decimal_pos=1)}
