"""A block of the shop as the scorecard sees it: plain values, for blocks belong to the storefront above."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class JudgedBlock:
    """What a live block would show; `unjudged` names what of it history cannot tell."""

    number: int
    heading: str
    slot: str
    strategy: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    limit: int = 6
    stand_ins: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
