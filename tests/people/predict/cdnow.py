"""The purchases of CDNOW's customers of early 1997: the table on which these models were published."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import numpy as np

from personalization.people.predict.bgnbd import Histories
from personalization.people.predict.gamma_gamma import Spending

# Read beside the package, which is never imported: it is made for other versions of numpy.
FOLDER = Path(str(distribution("lifetimes").locate_file("lifetimes/datasets")))
LEARNED_UNTIL = np.datetime64("1997-09-30")
WEEK = 7.0


@dataclass(frozen=True)
class Cdnow:
    """What was known at the end of September 1997, and what came in the 39 weeks after."""

    known: Histories
    spending: Spending
    orders_after: np.ndarray

    @property
    def came_back(self) -> np.ndarray:
        """Who ordered in those weeks."""
        return self.orders_after > 0


@cache
def sample(until: np.datetime64 = LEARNED_UNTIL) -> Cdnow:
    """Every tenth customer: 2,357."""
    return _read("CDNOW_sample.txt", person=1, day=2, spent=4, until=until)


@cache
def everybody(until: np.datetime64 = LEARNED_UNTIL) -> Cdnow:
    """All 23,570."""
    return _read("CDNOW_master.txt", person=0, day=1, spent=3, until=until)


def _read(name: str, *, person: int, day: int, spent: int, until: np.datetime64) -> Cdnow:
    rows = [line.split() for line in (FOLDER / name).read_text().splitlines() if line.strip()[:1].isdigit()]
    people = np.array([int(row[person]) for row in rows])
    days = np.array([np.datetime64(f"{row[day][:4]}-{row[day][4:6]}-{row[day][6:]}") for row in rows])
    # Orders of one day are one.
    pairs, place = np.unique(np.stack([people, days.astype(int)]), axis=1, return_inverse=True)
    value = np.bincount(place.ravel(), [float(row[spent]) for row in rows])
    who, on = np.unique(pairs[0], return_inverse=True)[1], pairs[1].astype("datetime64[D]")
    is_before = on <= until
    first = np.full(who.max() + 1, np.datetime64("2100-01-01"))
    np.minimum.at(first, who, on)
    last = first.copy()
    np.maximum.at(last, who[is_before], on[is_before])
    is_repeat = is_before & (on > first[who])
    repeats = np.bincount(who[is_repeat], minlength=len(first)).astype(float)
    spent_later = np.bincount(who[is_repeat], value[is_repeat], minlength=len(first))
    has_spent = (repeats > 0) & (spent_later > 0)
    return Cdnow(
        Histories(repeats, _weeks(last - first), _weeks(until - first)),
        Spending(repeats[has_spent], spent_later[has_spent] / repeats[has_spent]),
        np.bincount(who[~is_before], minlength=len(first)),
    )


def _weeks(span: np.ndarray) -> np.ndarray:
    return span.astype(float) / WEEK
