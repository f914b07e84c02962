"""Blends that need no weights: for shops with too little to find any, and for those of one habit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from personalization.recommend.train.candidates import PLACE, Candidates
from personalization.recommend.train.log import Floats


@dataclass(frozen=True)
class Prior:
    """Every learner's ranking counts the same: what is believed before anything was seen."""

    def scores(self, candidates: Candidates) -> Floats:
        """The mean place."""
        places = [number for number, name in enumerate(candidates.names) if name.startswith(PLACE)]
        return np.asarray(candidates.features[:, places].mean(axis=1), dtype=np.float64)


@dataclass(frozen=True)
class Alone:
    """One plain idea and nothing else; a second one parts equals. In a shop of one habit all the rest is noise."""

    names: tuple[str, ...]

    def scores(self, candidates: Candidates) -> Floats:
        """The first, and a trace of the next."""
        found = [candidates.feature(name) * TRACE**place for place, name in enumerate(self.names)]
        return np.asarray(np.sum(found, axis=0), dtype=np.float64)


TRACE = 1e-4
ALONE = {
    "popular alone": Alone(("sold",)),
    "habit alone": Alone(("own_60", "sold")),
    "company alone": Alone(("confidence",)),
}


def unfitted(known: Sequence[str]) -> dict[str, Prior | Alone]:
    """The prior, and each plain idea whose figures are known of the candidates."""
    return {"prior": Prior()} | {name: one for name, one in ALONE.items() if all(part in known for part in one.names)}
