"""What comes next in visits, as a page asks for it."""

from collections.abc import Sequence

import numpy as np

from personalization.recommend.train.answers import NOBODY
from personalization.recommend.train.log import Ids
from personalization.recommend.train.model import Model

STEP, STEPS = 0.8, 12  # as "For you" weighs a visit: each step back counts a fifth less


def next_in_sessions(model: Model, sessions: Sequence[Ids], k: int) -> Ids:
    """The best k after each of these paths, oldest first; -1 where there are fewer. A path of nothing has nothing.

    The page in hand is no next click: the last product of a path never follows it.
    """
    lists = np.full((len(sessions), k), NOBODY, np.int64)
    asked = [place for place, session in enumerate(sessions) if len(session)]
    if not asked:
        return lists
    if hasattr(model, "next_clicks"):
        found = np.asarray(model.next_clicks([sessions[place] for place in asked], k + 1)[0], dtype=np.int64)
        for place, row in zip(asked, found, strict=True):
            told = row[(row >= 0) & (row != sessions[place][-1])][:k]
            lists[place, : len(told)] = told
        return lists
    for place in asked:
        row = _along(model, sessions[place], k)
        lists[place, : len(row)] = row
    return lists


def _along(model: Model, session: Ids, k: int) -> Ids:
    """What is liked along with the last ones, newest loudest."""
    last = np.array(list(dict.fromkeys(session[::-1].tolist()))[:STEPS], dtype=np.int64)
    near = model.also(last, k + len(last))
    score = near.score * (STEP ** np.arange(len(last)))[:, None]
    found, place = np.unique(near.neighbour, return_inverse=True)
    total = np.bincount(place.ravel(), score.ravel(), len(found))
    total[np.isin(found, last) | (found < 0)] = 0.0
    best = np.lexsort((found, -total))
    return np.asarray(found[best[total[best] > 0]][:k], dtype=np.int64)
