"""What the gate of production would say of a shop's model, and what it goes by."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from personalization.recommend.train import gate
from personalization.recommend.train.log import ShopLog
from personalization.recommend.train.trial import Figures


@dataclass(frozen=True)
class Verdict:
    """Whether production would serve it, and why; the figures of its trial; what was learned; what was done instead."""

    is_served: bool
    why: str
    figures: Mapping[str, Any]
    facts: Mapping[str, Any]
    reasons: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@dataclass
class Notes:
    """What is noted on the way to the verdict."""

    refused: str = ""
    figures: Figures = field(default_factory=Figures)
    facts: Mapping[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def verdict(self) -> Verdict:
        """All of it."""
        why = self.refused or "It passed every check."
        return Verdict(not self.refused, why, self.figures.stored(), dict(self.facts), tuple(self.reasons))


def refusal_of_data(log: ShopLog) -> str:
    """Why the gate finds too little to learn from; empty when there is enough."""
    try:
        gate.check_data(log)
    except gate.Refused as refusal:
        return str(refusal)
    return ""


def refusal_of_figures(figures: Figures) -> str:
    """Why the gate finds the trial too poor; empty when it passes."""
    try:
        gate.check_figures(figures, served=None)
    except gate.Refused as refusal:
        return str(refusal)
    return ""
