"""An arm of an experiment: a share of all people, the same ones each time, by a hash of who they are."""

import hashlib
from dataclasses import dataclass
from typing import Any

ALL = 100


@dataclass(frozen=True)
class Arm:
    """Those whose place among a hundred is from `since` up to `until`; two arms of one experiment share nobody."""

    experiment: str = ""
    since: int = 0
    until: int = ALL

    @property
    def is_everybody(self) -> bool:
        """Nobody is left out, so nobody need be known."""
        return self.since <= 0 and self.until >= ALL

    @property
    def share(self) -> int:
        """How many of a hundred are in it."""
        return max(self.until - self.since, 0)

    def has(self, who: str, *, otherwise: str = "") -> bool:
        """Whoever is called so is in it; `otherwise` names the experiment where the campaign names none."""
        return self.is_everybody or self.since <= place_of(self.experiment or otherwise, who) < self.until

    def stored(self) -> dict[str, Any]:
        """As a campaign keeps it; nothing for everybody."""
        if self.is_everybody and not self.experiment:
            return {}
        return {"experiment": self.experiment, "since": self.since, "until": self.until}


EVERYBODY = Arm()


def arm_from(stored: Any) -> Arm:
    """As a campaign keeps it. Never raises: whatever else stands there by accident is everybody."""
    if not isinstance(stored, dict):
        return EVERYBODY
    name, since, until = (stored.get(one) for one in ("experiment", "since", "until"))
    return Arm(name if isinstance(name, str) else "", _place(since, 0), _place(until, ALL))


def place_of(experiment: str, who: str) -> int:
    """From 0 to 99: evenly spread, and in one experiment not as in another."""
    told = hashlib.sha256(f"{experiment}\0{who}".encode()).digest()
    return int.from_bytes(told[:8]) % ALL


def _place(told: Any, otherwise: int) -> int:
    return told if type(told) is int and 0 <= told <= ALL else otherwise
