"""Whom a block is for: everybody, people in any of some segments, or all but the people in some."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from personalization.chosen.stored import numbers

AMONG, BUT = "in", "not_in"


@dataclass(frozen=True)
class Audience:
    """The segments that it is for, any of them, and those that it is not for."""

    among: tuple[int, ...] = ()
    but: tuple[int, ...] = ()

    @property
    def is_everybody(self) -> bool:
        """Nobody is left out, so nobody need be asked about."""
        return not self.among and not self.but

    @property
    def segment_ids(self) -> tuple[int, ...]:
        """All that it names."""
        return (*self.among, *self.but)

    def has(self, is_in: Callable[[Iterable[int]], bool]) -> bool:
        """Somebody is one of them; `is_in` says if any of these segments holds them."""
        return (not self.among or is_in(self.among)) and not (self.but and is_in(self.but))

    def stored(self) -> dict[str, list[int]]:
        """As a block keeps it; nothing for everybody."""
        return {name: list(ids) for name, ids in ((AMONG, self.among), (BUT, self.but)) if ids}


def audience_from(stored: Any) -> Audience:
    """As a block keeps it. Never raises: whatever else stands there by accident is everybody."""
    return Audience(numbers(stored, AMONG), numbers(stored, BUT)) if isinstance(stored, dict) else Audience()
